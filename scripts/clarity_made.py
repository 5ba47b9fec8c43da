"""Questions written for this project, from which turns are made that do or do not say what they are about.

Per class of things: its noun, names of some, and questions with a gap. With "the" and the noun in the gap a question
says too little unless a turn before it named one; with a name it says enough. Nothing here is taken from a data set.
"""

from typing import Final, NamedTuple


class Made(NamedTuple):
    """A class of things: noun, domain of the index that questions go to, names, questions with a gap."""

    noun: str
    domain: str
    names: tuple[str, ...]
    questions: tuple[str, ...]


def _made(text: str) -> tuple[Made, ...]:
    found = []
    for block in text.strip().split("\n\n"):
        first, *questions = block.splitlines()
        domain, noun, names = first.split(" | ")
        found.append(Made(noun, domain, tuple(names.split(", ")), tuple(questions)))
    return tuple(found)


MADE: Final = _made("""
clapnq | country | India, Japan, Germany, Brazil, Egypt, Kenya, Sudan
What is the population of {}?
Which languages are spoken in {} and which one is official?
When did {} become independent?
How did {} get its name?
What are the main exports of {}?

clapnq | city | Chicago, Berlin, Rome, Sacramento, Mumbai
Who founded {}?
When was {} built and by whom?
What is {} best known for?
How many people live in {} today?

clapnq | state | Texas, North Carolina, Ohio, California, Vermont
What is the capital of {}?
When did {} join the union?
How cold does it get in {} in winter?
Can you tell me about the history of {}?

clapnq | river | Snake River, Hudson River, Nile, Mississippi
Where does {} begin and where does it end?
How long is {}?
Which towns lie along {}?

clapnq | show | Modern Family, The Office, Friends, Breaking Bad
When did {} premiere?
How many seasons does {} have?
Who plays the father in {}?
What happens at the end of {}?
Where was {} filmed?

clapnq | movie | Casablanca, Doctor Strange, Titanic, Jurassic Park
Who directed {} and who wrote the script?
What year did {} come out?
Did {} win any awards?
How much money did {} make?

clapnq | series | Game of Thrones, Grey's Anatomy, Star Trek
Who is the author of the book that {} is based on?
Which network broadcasts {}?
When does the next season of {} start?

clapnq | song | Grenade, Cinnamon Girl, Yesterday, Imagine
Who wrote {} and who sang it first?
What is {} about?
On which album was {} released?

clapnq | book | The Great Gatsby, War and Peace, Moby Dick
Who is the main character of {}?
When was {} first published?
Is there a film of {}?

clapnq | play | Hamlet, Romeo and Juliet, Waiting for Godot
In which year was {} first performed?
Who dies in the last act of {}?

clapnq | singer | Bruno Mars, Neil Young, Adele
What was the first hit of {}?
How old was {} when the first album came out?

clapnq | actor | Jennifer Aniston, Tom Hanks, Chris Evans
Which films made {} famous?
What other roles has {} played?
How did {} prepare for the part?

clapnq | team | Arizona Cardinals, New England Patriots, Chicago Bulls
How many championships has {} won?
Where does {} play its home games?
Who coaches {} now?

clapnq | player | Kobe Bryant, Lionel Messi, Serena Williams
How many points did {} score in the career?
In which year did {} retire?

clapnq | president | Abraham Lincoln, Franklin Roosevelt, Willy Brandt
What did {} do before taking office?
Who followed {} in office?

clapnq | emperor | Ashoka, Constantine, Qin Shi Huang
How did {} come to power?
What were the main reforms of {}?

clapnq | Prime Minister | Winston Churchill, Indira Gandhi, Margaret Thatcher
How has the office changed under {}?
What powers does {} have?
Who appoints {}?

clapnq | war | American Civil War, World War II, Vietnam War
What caused {}?
How many people died in {}?
Who won {} and why?

clapnq | religion | Buddhism, Judaism, Hinduism
What do followers of {} believe?
Where did {} originate?

clapnq | language | Hebrew, Italian, Swahili
In which countries is {} spoken officially?
Which alphabet does {} use?

clapnq | animal | guinea pig, prairie dog, polar bear
What does {} eat in the wild?
How long does {} live?
Where does {} sleep?

clapnq | disease | sickle cell disease, malaria, diabetes
What are the first signs of {}?
Can {} be cured?
Is {} inherited?

clapnq | sport | curling, rugby, cricket
How many players are there in {}?
Who invented {}?

clapnq | trophy | Stanley Cup, America's Cup
Who has won {} most often?
How old is {}?

clapnq | tournament | 2013 NCAA tournament, 2014 FIFA World Cup
Who won {}?
Which teams took part in {}?
In which stadium was the final of {} played?

clapnq | empire | Byzantine Empire, Ottoman Empire
Why did {} fall?
How far did {} reach at its height?

clapnq | building | Empire State Building, Eiffel Tower
Who designed {}?
How tall is {}?

fiqa | company | Goldman Sachs, Apple, Berkshire Hathaway
Does {} pay a dividend?
How much is {} worth?
Should I buy shares of {} now?

fiqa | stock | Apple stock, Tesla stock
What is the current price of {}?
Is it a good time to sell {}?

fiqa | fund | Vanguard 500 Index Fund, SPDR Gold Trust
What are the fees of {}?
How has {} done over the last ten years?

fiqa | bank | Bank of America, HSBC
How do I open an account with {}?
Does {} charge for transfers abroad?

fiqa | loan | Stafford student loan, FHA home loan
What is the interest rate on {}?
Can I pay back {} early?

fiqa | bond | 30-year Treasury bond, Series EE savings bond
When does {} mature?
How is the yield of {} worked out?

fiqa | tax | federal estate tax, capital gains tax
Who has to pay {}?
How can I lower {}?

fiqa | card | Amex Platinum card, Chase Sapphire card
What is the annual fee of {}?
Do I get miles with {}?

fiqa | index | S&P 500, Dow Jones Industrial Average
How is {} calculated?
Which firms are in {}?

govt | agency | NASA, Caltrans, FEMA
What does {} do?
How can I contact {} about a job?
Who is in charge of {}?

govt | Police Department | Auburn Police Department, Ventura Police Department
How do I report a theft to {}?
What are the opening hours of {}?

govt | Superior Court | Superior Court of Tulare County, Superior Court of Alameda County
Where do I file a small claim with {}?
What is the phone number of {}?

govt | form | form FW-001, form DV-100, Form 8300
Where can I download {}?
Who has to sign {}?
When do I have to hand in {}?

govt | permit | California instruction permit, open burning permit
How much does {} cost?
How old do I have to be to get {}?

govt | program | Emergency Housing and Assistance Program, NASA Discovery Program
Who can apply for {}?
How long does {} run?
Where does the money of {} come from?

govt | law | Costa-Hawkins Rental Housing Act, Clean Water Act
What does {} say about fines?
When did {} take effect?

govt | mission | Deep Impact mission, Europa Clipper mission
When was {} launched?
What did {} find?

govt | planet | Jupiter, Mars, Saturn
How many moons does {} have?
How far is {} from the sun?

govt | telescope | James Webb Space Telescope, Hubble Space Telescope
What has {} discovered so far?
How big is the mirror of {}?

govt | vaccine | flu vaccine, MMR vaccine
Who should not get {}?
What are the side effects of {}?

govt | county | Alameda County, Sierra County
Who collects the garbage in {}?
How do I pay property tax in {}?

cloud | service | IBM Cloud Kubernetes Service, Watson Assistant, Cloudant
How do I create an instance of {}?
What does {} cost per month?
In which regions is {} available?

cloud | plan | Lite plan, Analytics Engine Standard serverless plan
What is included in {}?
How many users does {} allow?
How do I upgrade from {}?

cloud | API | Cloudant query API, WebSocket API
How do I authenticate with {}?
What limits does {} have?

cloud | database | Db2 on Cloud, Databases for PostgreSQL
How do I back up {}?
Which version of {} should I use?

cloud | tool | Vulnerability Advisor, Schematics
How do I install {}?
What does {} scan?

cloud | command | ibmcloud ks cluster create command, image-deprecate command
What does {} do?
Which options does {} take?

cloud | error | 413 error, Transaction Rejected error
What causes {}?
How can I get rid of {}?

cloud | template | Schematics OpenShift template, VPC landing zone template
How do I change {}?
Where is {} stored?
""")

POINTERS: Final = ("the {}", "the {}", "this {}", "that {}")
"""How a class is pointed at; "the" twice, as it is used more often."""

LOOSE: Final = (
    "Who pays the fee in this case?",
    "What should I do in that situation?",
    "Is there a penalty for this kind of offence?",
    "Who can apply for help with this type of problem?",
    "How long does that process usually take?",
    "What are the exceptions to this rule?",
    "Can you explain the second step in that method?",
    "How can we improve its performance?",
    "Which of them is cheaper?",
    "What other works did they write?",
    "Does the same apply to the other one?",
    "What happens if the deadline is missed?",
    "How many of them are still in use?",
    "Why did he leave the team?",
    "When was her first album released?",
    "Where do they live now?",
    "What does the acronym stand for?",
    "Who won the championship?",
    "Which country won the World Cup?",
    "When is the next election?",
    "Is the contract still valid?",
    "What did the president say about it?",
    "How much does the upgrade cost?",
    "Can the decision be appealed?",
)
"""Questions that say too little wherever nothing before tells what they are about."""

_CLASSES_OF_NAMES: Final = """
actor: Jennifer Aniston, Tom Hanks, Chris Evans
act: Defense of Marriage Act, Rental Housing Act, Clean Water Act, Fair Credit Reporting Act
agency: NASA, SEC, TIGTA, IRS, FEMA, Office of General Services, Attorney General
agency: U.S. Securities and Exchange Commission
animal: guinea pig, guinea pigs, polar bear, dogs, cats
book: A Child's Garden of Verses, Garden of Verses, Moby Dick
building: Empire State Building, Berlin Wall, Great Wall of China, wall in Berlin, the wall
city: Berlin, Rome, Sacramento, Chicago, New York City, Monterey Park, London, Auburn
company: Goldman Sachs, Credit Karma, IBM, Apple, Google, Cohasset Associates
country: India, Japan, Germany, China, Italy, Israel, France, the US, USA, the United States, Britain, East Germany
country: West Germany, Soviet Union
county: Alameda County, Madison County, Sierra County
disease: COVID, COVID-19, sickle cell disease, sickle cell anemia, Huntington's disease, herpes, HIV
disease: West Nile virus, infertility
emperor: Qin Shi Huang, Constantine, Ashoka
empire: Byzantine Empire, Eastern Roman Empire, Roman Empire
fund: ETF, ETFs, mutual fund, mutual funds
account: IRA, 401k, 401K, savings account, credit card account
index: S&P 500, Dow Jones
instrument: MOXIE
loan: mortgage, student loan, debt consolidation
mission: Europa Clipper, Deep Impact, Juno, Galileo
mountain: Appalachian Mountains, Rocky Mountains
movement: Quit India Movement, American Revolution
planet: Jupiter, Saturn, Mars, Earth, Moon
plan: Lite plan, Lite, Standard plan
play: Hamlet, Romeo and Juliet, Richard III, Hamnet
player: Kobe Bryant, Lionel Messi
poet: E. E. Cummings, Robert Louis Stevenson, Shakespeare, William Blake
politician: Willy Brandt, Lord Linlithgow, Letitia James, Patel, MacArthur, Roosevelt
province: North Carolina, California, New York, Texas, Florida
religion: Catholicism, Buddhism, Judaism
river: Snake River, Hudson River, Penobscot River, Androscoggin River, Mississippi, Colorado River
service: IBM Cloud Kubernetes Service, Watson Assistant, Cloudant, IBM Cloudant, Red Hat OpenShift
service: Vulnerability Advisor, Container Registry, IBM Cloud Schematics, Cloud Functions, Immutable Object Storage
service: IBM Cloud Internet Services, CIS, VPC, Spark
show: Friends, The Office, Modern Family
singer: Bruno Mars, Neil Young
song: Grenade, Uptown Funk
sport: soccer, American football, football, rugby, sailing, curling
stock: common stock, common stocks, preferred stock, preferred stocks, company stock
storm: hurricane, hurricanes, tornado, tornadoes, cyclones
tax: income tax, FICA, estate tax, capital gains tax
team: Arizona Cardinals, New England Patriots, Chicago Cardinals
tool: CocoaPods, Carthage, SDK
tournament: Super Bowl, America's Cup, MLS All-Star Game, World Cup
vaccine: flu vaccine, covid vaccine
vitamin: vitamin C, Vitamin C
war: American Civil War, US Civil War, Civil War, WWII, World War II
"""

NAMES: Final[dict[str, str]] = {
    name: line.partition(": ")[0]
    for line in _CLASSES_OF_NAMES.strip().splitlines()
    for name in line.partition(": ")[2].split(", ")
}
"""Names and what they are one of many of."""
