"""The messages that people gets, in whole sentences; said in the reader's language when they are sent."""

from academy.ground.text import N_
from academy.outbox.actions import Letter

CODE = Letter(
    "people.code",
    N_("Your code"),
    N_("%(code)s is your code. It is good for 5 minutes. Tell it to nobody, the academy's staff included."),
    urgent=True,
)
PHONE_LEFT = Letter(
    "people.phone-left",
    N_("Another number signs in now"),
    N_(
        "This number no longer signs in to your account at the academy. If you did not want that, "
        "tell your liaison or the academy's office at once."
    ),
)
PHONE_BOUND = Letter(
    "people.phone-bound",
    N_("Your phone is bound"),
    N_(
        "This number now signs in to your account at the academy: enter it on the sign-in page and you get a code."
    ),
)
BINDING_ASKED = Letter(
    "people.binding-asked",
    N_("A new phone is asked for"),
    N_(
        "Somebody asks to sign in to your account at the academy with another number. Nothing changes before "
        "staff have seen your ID card. If it was not you, tell your liaison or the academy's office."
    ),
)
BINDING_REFUSED = Letter(
    "people.binding-refused",
    N_("Your phone was not bound"),
    N_(
        "Your number was not bound to an account at the academy. "
        "Show your ID card to your liaison to have it bound."
    ),
)
PASSWORD_SET = Letter(
    "people.password-set",
    N_("Your password was changed"),
    N_(
        "The password of your account at the academy was changed just now and other devices were signed out. "
        "If it was not you, tell the academy's office at once."
    ),
)
DESK_GIVEN = Letter(
    "people.desk-given",
    N_("You are liaison now"),
    N_("From %(day)s you are liaison of %(unit)s at the academy. Sign in to find its people, lists and requests."),
)
DESK_TAKEN = Letter(
    "people.desk-taken",
    N_("Your desk was handed over"),
    N_(
        "From %(day)s you are no longer liaison of %(unit)s at the academy. "
        "If that is a mistake, tell the academy's office."
    ),
)

DESK_KEPT = Letter(
    "people.desk-kept",
    N_("Your desk stays yours"),
    N_(
        "The academy has not handed the desk of %(unit)s over to %(name)s as you asked. "
        "If you want to know why, call the academy's office."
    ),
)
