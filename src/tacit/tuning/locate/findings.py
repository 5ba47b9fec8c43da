"""What the self-check of located values found."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from tacit.errors import CheckFailedError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried on one attention module.

    Attributes:
        module: Its name in the model.
        what: Was perturbed, and what was looked at.
        expected: What follows if the values are where they are said to be.
        found: What happened.
        ok: Whether that is the same.
    """

    module: str
    what: str
    expected: str
    found: str
    ok: bool


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """The self-check of a model's located values.

    Attributes:
        model: Name of the model's class.
        findings: Module by module.

    Example:
        >>> check = SelfCheck("Llama", (Finding("layers.0.attn", "output", "changed", "unchanged", False),))
        >>> check.ok
        False
        >>> print(check.summary())
        Llama: 1 of 1 attention modules failed the self-check of their values.
          layers.0.attn, output: expected changed, found unchanged
    """

    model: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether everything was found as expected."""
        return all(finding.ok for finding in self.findings)

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """What was not."""
        return tuple(finding for finding in self.findings if not finding.ok)

    def summary(self) -> str:
        """The verdict, and a line for each thing that was not as expected."""
        modules = len({finding.module for finding in self.findings})
        failed = len({finding.module for finding in self.wrong})
        if not failed:
            unseen = sum("cannot be seen" in finding.what for finding in self.findings)
            how = " (some by their output alone)" if unseen else ""
            return f"{self.model}: the values of all {modules} attention modules are where they should be{how}."
        lines = [f"{self.model}: {failed} of {modules} attention modules failed the self-check of their values."]
        lines += [f"  {each.module}, {each.what}: expected {each.expected}, found {each.found}" for each in self.wrong]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Everything as JSON."""
        content = {"model": self.model, "ok": self.ok, "findings": [asdict(finding) for finding in self.findings]}
        return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def raise_if_wrong(self) -> None:
        """Stop here if anything was not as expected.

        Raises:
            CheckFailedError: Naming the first module and what was found.
        """
        if not self.wrong:
            return
        first = self.wrong[0]
        raise CheckFailedError(
            f"The values of {first.module} are not where they were taken to be: {first.what}: expected "
            f"{first.expected}, found {first.found}. Training would change something else. Do not train this model "
            "with --update value; report its architecture."
        )
