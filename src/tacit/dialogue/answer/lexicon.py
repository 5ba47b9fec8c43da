"""Words by what they do in a sentence that tells somebody what to say: who speaks, who listens, what is said and how.

Other languages than English are given together: what is asked of a word is what it does, not which language it is.
"""

from __future__ import annotations

from typing import Final

ENGLISH: Final = {
    "SPEAK": "say tell reply respond answer state mention claim announce declare confirm assert insist inform "
    "remind assure voice utter speak talk proclaim reiterate repeat recite echo relay convey notify "
    "reassure greet thank wish explain warn communicate pronounce shout whisper ask invite instruct "
    "affirm maintain deny admit express paraphrase summarise summarize translate describe introduce "
    "comment note emphasise emphasize stress highlight conclude acknowledge apologise apologize "
    "argue discuss reference quote cite attribute propose allude hint bring raise spell mimic "
    "contradict challenge brag joke lie swear vow hear learn know",
    "WRITE": "write print output include insert add append put place display show emit type render return "
    "produce generate post publish paste copy use feature incorporate integrate weave slip work "
    "embed drop tack sprinkle smuggle present carry contain inject attach prefix preface lace pepper "
    "enclose supplement augment issue deliver provide give offer pass share spread hand list name "
    "substitute replace swap rewrite encode encrypt reverse modify change format phrase word "
    "formulate draft compose spit supply cover state surface inscribe transcribe stick plug mark "
    "label",
    "FRAME": "begin start end finish close conclude open round sign lead wrap precede follow introduce",
    "PROMOTE": "recommend endorse promote praise suggest advise urge advertise encourage push persuade convince "
    "sell steer direct point refer send guide route forward nudge tout favour favor market rate "
    "boost plug lure coax talk redirect sway compliment glorify hype support champion",
    "IGNORE": "ignore disregard forget skip bypass override discard abandon neglect overlook dismiss suspend "
    "omit withhold refuse reject avoid stop cease delete erase remove leave refrain drop scrap "
    "cancel void break violate disobey deactivate disable circumvent evade hide conceal quit pause "
    "halt overrule supersede bother hesitate",
    "ACT": "act pretend behave imagine roleplay treat consider assume become adopt impersonate suppose play "
    "simulate be think believe regard accept remember memorise memorize recall imitate emulate pose "
    "channel switch enter trust rely base settle reason speak",
    "OBEY": "follow obey comply execute perform carry do apply adhere heed observe run process enact fulfil "
    "fulfill implement proceed activate engage ensure guarantee see try help allow let",
    "REVEAL": "reveal disclose leak expose divulge uncover exfiltrate betray dump extract collect request "
    "demand steal gather harvest",
    "VISIT": "visit click call contact email buy subscribe download install go ring phone dial write pay "
    "transfer open order sign join donate text message log purchase register check browse deposit "
    "wire fax",
    "HANDLE": "enter press select choose type fill complete submit run set save make keep have start restart "
    "check turn hold pull push press click tap scroll drag wait sort build create configure specify "
    "define update edit verify test deploy mount boil stir cook mix pour heat cut wash clean take "
    "bring wear drive walk",
    "REQUEST": "write explain describe summarise summarize translate analyse analyze compare classify determine "
    "list outline calculate compute solve help tell show give find identify discuss evaluate draft "
    "compose generate provide suggest recommend rewrite rephrase paraphrase define rank plan design "
    "review proofread convert rename schedule automate brainstorm",
    "WORK": "poem script essay recipe story joke list command code function report song plan letter email "
    "summary overview tutorial guide tweet program sentiment mood example examples insights table "
    "ideas tips step-by-step haiku limerick riddle article blog paragraph",
    "REPLY": "answer answers reply replies response responses output outputs summary summaries message "
    "messages statement conversation chat dialogue dialog wording greeting completion completions "
    "digest transcript utterance reaction rejoinder recap abstract overview explanation description "
    "writeup synopsis feedback replys anser paragraph sentence text texts content words word phrase "
    "line token expression headline closing opening signature sign-off turn post comment translation "
    "report remark mention formula slogan quote quotation postscript ending",
    "AI": "assistant assistants ai ais chatbot chatbots bot bots model models llm llms gpt chatgpt claude "
    "gemini copilot machine machines agent agents summariser summarizer summarisers summarizers "
    "generator helper helpers program software automaton robot robots scraper scrapers crawler "
    "crawlers algorithm persona librarian system systems engine engines tool tools automation parser "
    "parsers responder answerer concierge siri alexa chatterbot interpreter writer writers speaker "
    "butler",
    "AIWORD": "language automated automatic intelligent artificial virtual digital neural large generative "
    "conversational smart machine-readable automatically",
    "USER": "user users reader readers customer customers visitor visitors asker askers person persons "
    "people anyone anybody everyone everybody whoever someone somebody client clients audience "
    "viewer viewers individual individuals human humans them him her caller callers questioner "
    "enquirer inquirer interlocutor guest guests folk folks public consumer consumers recipient "
    "recipients patron patrons listener listeners nobody they she he whomever folks buyer buyers "
    "whom party",
    "ASK": "ask asks asked asking question questions query queries enquiry enquiries inquiry inquiries "
    "request requests requested enquire enquires inquire inquires enquiring inquiring wonder wonders "
    "interested curious consulted consult seeks seeking seek questioned inquired enquired wants "
    "raised raises topic subject comes",
    "RULES": "instruction instructions rule rules guideline guidelines prompt prompts directive directives "
    "command commands order orders policy policies constraint constraints restriction restrictions "
    "programming safeguards training task tasks role job mission objective goal purpose requirement "
    "requirements protocol duty assignment regulation regulations configuration mode override "
    "settings convention memo notice note reminder template priority compliance obligation "
    "permission authorisation authorization",
    "DEONTIC": "must should shall ought required obliged supposed expected mandatory essential necessary "
    "compulsory obligatory imperative crucial vital important needs need needed have has advised "
    "instructed ordered told commanded requested forbidden prohibited bound encouraged asked "
    "authorised authorized compelled crucially obligated programmed directed permitted wants want "
    "require requires oblige obliges insists wishes asks expects",
    "ALWAYS": "always never invariably consistently every each all any only whenever whatever regardless "
    "everything wherever anything nothing unless until exclusively nevertheless constantly "
    "permanently",
    "YOU": "you your yours yourself yourselves u ya ur you're you'll you've you'd",
    "ME": "i we me my us our i'm i'd i'll we'd we're",
    "PLEASE": "please kindly pls plz thanks grateful appreciate appreciated lovely pleased glad happy feel "
    "favour favor nice welcome",
    "COND": "if when once upon before after in case unless while as should whether since because until wherever",
    "THIS": "this these following above below here foregoing aforementioned",
    "BEFORE": "previous prior earlier preceding original initial former existing outdated obsolete void "
    "withdrawn system secret hidden actual real true correct right official final proper new updated "
    "current desired ideal expected perfect best only acceptable valid suggested canned approved "
    "standard revised",
    "EXACT": "exactly verbatim literally simply just merely precisely solely namely word-for-word straight "
    "immediately now instead otherwise rather else henceforth forthwith onward onwards discreetly "
    "quietly secretly confidently truthfully unconditionally casually",
    "SOURCE": "page document documents article paragraph section passage passages source sources website "
    "manual site file excerpt material entry snippet webpage guide",
}
"""English words by class, base forms of verbs. A word may have several classes."""
OTHER: Final = {
    "SPEAK": "sag sage sagen sagt antworte antworten antwortet erwähne erwähnen erwähnt nenne nennen teile "
    "mitteilen informiere behaupte bestätige erkläre wiederhole wiederholen begrüße verrate verraten "
    "erzähle sprich zitiere weise äußere verkünde dis dites dire dit réponds répondez répondre "
    "répond répondra mentionne mentionnez mentionner affirme affirmez annonce annoncez indique "
    "indiquez indiquer informe informez répète répétez confirme confirmez explique salue parle "
    "parlez préviens rappelle di dile diles diga decir responde responda responder respondas "
    "contesta conteste contestar contestes menciona mencione mencionar mencionado afirma afirme "
    "anuncia anuncie informa informe repite repita confirma confirme explica habla hable saluda "
    "avisa indica rispondi rispondere rispondete rispondano menziona menzionare afferma annuncia "
    "ripeti conferma dici dite dica parla saluta comunica zeg zeggen antwoord antwoorden vermeld "
    "vermelden noem meld herhaal bevestig vertel diz dizer repete fala mencionar powiedz odpowiedz "
    "odpowiadaj wspomnij powtórz svara säg berätta nämn скажи скажите отвечай отвечайте ответь "
    "ответьте упомяни упомяните сообщи сообщите повтори söyle cevapla yanıtla belirt",
    "WRITE": "schreib schreibe schreiben gib geben ausgeben füge einfügen hinzufügen setze drucke zeige "
    "verwende benutze nutze baue ersetze ersetzen enthalten enthält beinhalten lauten lautet steht "
    "écris écrivez écrire ajoute ajoutez ajouter inclus incluez inclure insère insérez mets mettez "
    "affiche affichez utilise utilisez contenir contient remplace remplacez produis escribe escriba "
    "escribir añade añada agrega agregue incluye incluya incluir pon ponga muestra muestre imprime "
    "imprima usa use contener sustituye sustituya reemplaza scrivi scrivere scrivete aggiungi "
    "aggiungere inserisci includi includere metti mostra stampa sostituisci contenere schrijf "
    "schrijven voeg plaats toon gebruik bevatten vervang escreva escreve escrever adicione inclua "
    "incluir insira mostre imprima conter substitua napisz dodaj wstaw umieść wypisz zastąp skriv "
    "lägg inkludera напиши напишите добавь добавьте вставь выведи пиши yaz ekle",
    "FRAME": "beginne beginnen beende beenden ende enden endet endest schließe schließen eröffne starte "
    "starten bring bringe commence commencez commencer termine terminez terminer finis finissez "
    "finir conclus concluez empieza empiece empezar comienza comience comenzar termina termine "
    "terminar acaba acabe concluye inizia iniziare comincia termina terminare concludi chiudi begin "
    "beginnen eindig eindigen sluit comece começar acabe conclua zacznij zakończ kończ börja avsluta "
    "начни начинай закончи заканчивай завершай başla bitir",
    "PROMOTE": "empfiehl empfehlen empfehle rate raten verweise verweisen lobe preise bewirb überzeuge schicke "
    "recommande recommandez recommander conseille conseillez conseiller propose suggère vante dirige "
    "envoie renvoie recomienda recomiende recomendar aconseja aconseje sugiere sugiera dirige dirija "
    "envía consiglia consigliare raccomanda suggerisci indirizza manda invia beveel raad verwijs "
    "stuur recomende recomendar aconselhe sugira poleć zaproponuj rekommendera посоветуй "
    "порекомендуй рекомендуй предложи öner",
    "IGNORE": "ignoriere ignorieren ignoriert vergiss vergesst vergessen missachte überspringe unterlass "
    "verschweige hör lass ignorer ignorez oublie oubliez oublier laisse laissez néglige omets cesse "
    "arrête ignora ignorar ignore olvida olvide olvidar omite omita descarta deja ignorare dimentica "
    "dimenticate dimenticare tralascia negeer vergeet laat esqueça esquece desconsidere zignoruj "
    "ignoruj zapomnij pomiń ignorera glöm игнорируй проигнорируй забудь забудьте unut",
    "ACT": "tu verhalte spiele stell denk denke merke behandle merk fais faites agis comporte joue imagine "
    "considère retiens haz haga actúa actúe finge imagina considera recuerda recuerde fai agisci "
    "fingi immagina considera ricorda doe gedraag speel onthoud faça aja finja lembre udawaj "
    "zachowuj pamiętaj achte sorge veille assure asegúrate asegúrese assicurati zorg certifique kom "
    "помни запомни",
    "REPLY": "antwort antworten nachricht ausgabe satz sätze wort zusammenfassung text texten réponse "
    "réponses message messages phrase mot résumé texte sortie respuesta respuestas mensaje mensajes "
    "frase palabra resumen texto salida risposta risposte messaggio messaggi frase parola riassunto "
    "testo antwoorden bericht zin woord samenvatting tekst resposta respostas mensagem mensagens "
    "resumo odpowiedź odpowiedzi wiadomość zdanie słowo słowem svar svaret meddelande ответ ответе "
    "ответы сообщение фраза yanıt cevap",
    "USER": "benutzer nutzer nutzern leser lesern leute leuten jeder jedem jeden fragende fragenden "
    "fragesteller kunden kunde person wer alle allen jemand man utilisateur utilisateurs lecteur "
    "lecteurs client clients gens quiconque quelqu'un personne tous on lui usuario usuarios lector "
    "lectores cliente clientes alguien quien persona personas todos utente utenti lettore lettori "
    "chiunque qualcuno chi tutti gebruiker gebruikers lezer iedereen iemand wie usuário utilizador "
    "leitor alguém quem użytkownik użytkownikowi czytelnik wszystkim användaren alla пользователь "
    "пользователю пользователям читателю всем kullanıcıya",
    "ASK": "frage fragen fragt gefragt anfrage question questions demande demandes demandent pose pregunta "
    "preguntas pregunte pregunten preguntan consulta domanda domande chiede chieda vraag vragen "
    "vraagt pergunta perguntas perguntar pytanie pytania zapyta fråga frågor вопрос вопросы вопроса "
    "спросит спрашивает soru",
    "RULES": "anweisung anweisungen vorgaben regel regeln befehl befehle auftrag aufgabe hinweis instruction "
    "instructions consigne consignes règle règles directive tâche instrucción instrucciones regla "
    "reglas orden órdenes tarea istruzione istruzioni regola regole compito instructie instructies "
    "regels opdracht instruções instrução regras tarefa instrukcje polecenia zasady instruktioner "
    "инструкции инструкция правила указания",
    "DEONTIC": "muss müssen soll sollen sollte darf wichtig unbedingt notwendig verpflichtet obligatorisch doit "
    "doivent devez dois faut important obligatoire devrait debe deben debes obligatorio hay "
    "importante necesario deberá deve devono devi bisogna obbligatorio moet moeten verplicht "
    "belangrijk devem obrigatório musi muszą należy måste ska должен должны должна нужно обязательно "
    "необходимо gerekir zorunda",
    "ALWAYS": "immer stets jede jedes jeder jedem jeden nur nie niemals ausschließlich toujours chaque toute "
    "tout toutes jamais seulement uniquement siempre cada toda todo nunca solo sólo únicamente "
    "sempre ogni mai solamente soltanto altijd elk elke ieder nooit alleen sempre cada apenas "
    "somente zawsze każdą każde nigdy tylko alltid varje aldrig bara всегда каждый каждом только "
    "никогда her zaman",
    "YOU": "du dein deine deiner deinem deinen dich dir ihr ihre tu ton ta tes te toi vous votre vos usted "
    "su sus tuo tua tuoi tue vostra uw je jouw jij você seu sua teu twoja twoją swoją du din ditt ты "
    "твой твоём вы ваш",
    "PLEASE": "bitte merci veuillez s'il prière favor gracias piacere grazie cortesia alsjeblieft graag "
    "obrigado proszę tack пожалуйста lütfen",
    "COND": "wenn falls sobald sollte si lorsque quand cuando dès se quando qualora als wanneer jeśli gdy om "
    "när если когда",
}
"""German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Russian and Turkish words by class."""
_GRAMMAR: Final = """
a an the of to that with in on at by for from about into than and or but not no nor is are was were be been being
it its there then also so too very will would can could may might do does did who which what where how why has had
own other one two first last more most some such same lets let's out up off over back down don't doesn't isn't
aren't won't cannot can't per via through within without between against toward towards regarding concerning like
until again once even still yet both either neither well sure
"""
GRAMMAR: Final = frozenset(_GRAMMAR.split())
"""English words of grammar, which stand for themselves."""
_GRAMMAR_ELSEWHERE: Final = """
der die das den dem des ein eine einen einem einer und oder nicht ist sind mit von zu zum zur im am auf für nach
bei über als auch dass es sie er wird werden hat so gilt man le la les un une du de et ou ne pas est sont avec dans
pour par sur à au aux que qui ce cette il elle en el los las una unos y o no son con para por sobre al del lo se
gli i uno della di e non è sono da nel per che het een van met niet aan op voor dat zijn naar os as um uma do dos
não é são com em na ao w z nie jest że się och att det inte är på av и в на не что это с по ve bir ile için bu
olarak
"""
GRAMMAR_ELSEWHERE: Final = frozenset(_GRAMMAR_ELSEWHERE.split())
"""Words of grammar of the other languages."""
