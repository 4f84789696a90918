"""The keys that sign certificates, from the command line."""

from collections.abc import Callable
from pathlib import Path

import click

from academy.documents.actions import keys
from academy.ground import clock
from academy.ground.settings import Settings


@click.group("keys")
def key_commands() -> None:
    """Make, change and revoke the keys that sign certificates."""


def _told(deed: Callable[[], str]) -> str:
    try:
        return deed()
    except (keys.KeysExist, keys.NoKeys) as problem:
        raise click.ClickException(str(problem)) from problem


@key_commands.command("init")
@click.pass_obj
def _init(settings: Settings) -> None:
    """Make the academy's own authority and its first signing key, readable by this account alone."""
    serial = _told(lambda: keys.init(settings, now=clock.now()))
    click.echo(f"签名密钥 / signing key {serial}\n{keys.folder(settings)}")
    click.echo("请把 authority.key 备份到别处并保密 / keep a copy of authority.key elsewhere, and secret")


@key_commands.command("rotate")
@click.pass_obj
def _rotate(settings: Settings) -> None:
    """Sign with a new key from now on; files that were signed before stay as they are."""
    click.echo(f"新的签名密钥 / new signing key {_told(lambda: keys.rotate(settings, now=clock.now()))}")


@key_commands.command("revoke")
@click.argument("serial")
@click.option("--reason", required=True, metavar="WORDS", help="Why it must no longer be trusted.")
@click.pass_obj
def _revoke(settings: Settings, serial: str, reason: str) -> None:
    """Trust the key SERIAL no longer, and destroy it; the register still vouches for the files it signed."""

    def deed() -> str:
        keys.revoke(settings, serial=serial.lower(), reason=reason, now=clock.now())
        return serial.lower()

    click.echo(f"已吊销 / revoked {_told(deed)}")


@key_commands.command("list")
@click.pass_obj
def _list(settings: Settings) -> None:
    """List the signing keys, the newest first."""
    for view in keys.views(settings):
        state = (
            "在用 / in use" if view.current else (f"已吊销 / revoked: {view.reason}" if view.revoked_at else "")
        )
        click.echo(f"{view.serial}  {view.kind}  {view.starts_at:%Y-%m-%d} – {view.ends_at:%Y-%m-%d}  {state}")


@key_commands.command("authority")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.pass_obj
def _authority(settings: Settings, file: Path) -> None:
    """Write the authority's certificate (DER) to FILE, for readers that shall trust it."""
    found = keys.authorities(settings)
    if not found:
        raise click.ClickException("还没有密钥，先运行 / no keys yet, run first: academy keys init")
    file.write_bytes(found[-1])
    click.echo(str(file))
