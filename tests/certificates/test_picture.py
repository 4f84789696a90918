"""A certificate as a picture: for phones whose browser opens no file."""

from io import BytesIO

import zxingcpp
from PIL import Image

from academy.certificates.views.register import PICTURE
from academy.ground.settings import Settings
from tests.certificates.concluded import Concluded
from tests.certificates.conftest import SignIn
from tests.certificates.test_pages import certificate, issue, run_jobs
from tests.pages import parse, text_of


def test_a_certificate_is_shown_as_a_picture_to_whoever_may_have_the_file(
    of: Concluded, as_: SignIn, settings: Settings
) -> None:
    unmade = certificate(issue(of, as_, None), "张𬭎")
    client = as_(of.people["张𬭎"])
    assert "the file is not made yet" in text_of(client.get(f"/me/certificates/{unmade.number}"))
    assert client.get(f"/certificates/{unmade.number}.png").status_code == 404
    client.send(f"/certificates/{unmade.number}/make", f"/me/certificates/{unmade.number}")
    run_jobs(settings)
    page = client.get(f"/me/certificates/{unmade.number}")
    picture = next(image.get("src") for image in parse(page.text).iter("img"))
    answer = client.get(picture)
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    assert "Cookie" in ", ".join(answer.headers.getlist("Vary"))  # nobody else's, once somebody else signs in here
    with Image.open(BytesIO(answer.data)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", PICTURE)
        strip = drawn.convert("RGB").crop((0, drawn.height - 60, *drawn.size))
        assert strip.crop((600, 0, 1000, 60)).getcolors() != strip.crop((0, 0, 400, 60)).getcolors()  # words in it
        found = zxingcpp.read_barcodes(drawn.convert("RGB"))
    assert [code.text for code in found] == [f"{settings.base_url}/v/{unmade.code}"]
    assert f'href="/v/{unmade.code}"' in page.text
    assert as_(of.admin).get(picture).status_code == 200
    assert as_(of.admin).get(f"/admin/certificates/{unmade.number}").status_code == 200
    assert as_(of.people["张𬭎"]).get(f"/admin/certificates/{unmade.number}").status_code == 403
    for path in (picture, f"/me/certificates/{unmade.number}"):
        assert as_(of.people["欧阳娜娜"]).get(path).status_code == 404
