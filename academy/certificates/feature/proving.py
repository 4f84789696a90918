"""Tell at the command line what a file is that somebody was given as a certificate."""

from pathlib import Path

import click

from academy.certificates.queries import verifying
from academy.certificates.queries.verifying import Finding
from academy.certificates.rules import verdicts
from academy.certificates.rules.verdicts import Verdict
from academy.documents.actions import keys
from academy.ground.settings import Settings
from academy.ground.text import translate


def tell(file: Path, settings: Settings) -> None:
    """Say what a file is, in two languages; anything but a valid certificate ends with an error."""
    if file.stat().st_size > verifying.LARGEST:
        raise click.ClickException(
            f"文件过大，不是本院的证书 / larger than {verifying.MEGABYTES} MB, so none of ours"
        )
    finding = verifying.verify(file.read_bytes(), authorities=keys.authorities(settings))
    if finding.public:
        click.echo(f"{finding.public.printed} {finding.public.number} {finding.public.state}")
    click.echo(
        f"sha256={finding.sha256} verdict={finding.verdict}" + (f" change={finding.change}" * bool(finding.change))
    )
    for each in finding.examined.signatures if finding.examined else ():
        click.echo(f"signature={each.signer!r} intact={each.intact} whole_file={each.whole_file} ours={each.ours}")
    said = [translate(locale, sentence) for locale in ("zh_CN", "en") for sentence in _sentences(finding)]
    if finding.verdict is not Verdict.VALID:
        raise click.ClickException("\n".join(said))
    click.echo("\n".join(said))


def _sentences(finding: Finding) -> list[str]:
    verdict, change = finding.verdict, finding.change
    return [verdicts.TITLES[verdict], verdicts.SENTENCES[verdict], *([verdicts.CHANGES[change]] if change else [])]
