# Every text of the service. A new message also goes into zh-CN.ftl.
## frame
service-name = E-Social Security Card
skip-to-content = Skip to content
switch-language = 中文
demo-banner = Demonstration
demo-banner-note = Simulated. Enter no real data.
signed-in-as = Signed in: { $mobile }
sign-out = Sign out
no-password-by-link = We never ask for your password through a link in a message.
help-line = Help by phone: 12333
application-is = Application number: { $id }
reference-is = Reference number: { $id }
progress = Step { $step } of 7
minutes-left = { $n ->
        [0] Less than a minute left
        [one] { $n } minute left
       *[other] { $n } minutes left
    }
idle-warning = Nothing has happened for a while. This page ends within 2 minutes.
idle-continue = Continue
summary-title = Please check the following
attempts-left = { $n ->
        [one] You have one try left.
       *[other] You have { $n } tries left.
    }
next = Continue
what-you-can-do = What you can do
what-happens-next = What happens next
other-ways = Other ways
use-another-way = Use another way
start-again = Start again
try-again = Try again
check-again = Check again
back-home = Back to start
call-12333 = Call 12333
claim-now = Claim now
check-progress = Check progress
my-card = My e-card
have-counter-code = I have a counter code

## landing
landing-title = Start
landing-lead = Your social security card on your phone. Show it at hospitals and pharmacies, for benefits and for social security services.
landing-press-card = Press the card to claim it
landing-how = How to claim
landing-how-consent = Give your consent
landing-how-consent-text = We first say which information is used. You decide.
landing-how-login = Log in
landing-how-login-text = Log in to the national government service platform, then give your name and ID number.
landing-how-face = Show it is you
landing-how-face-text = By face, or with a counter code. Both count the same.
landing-how-code = Activate
landing-how-code-text = Enter the activation code from the message, choose a PIN, and the card is yours.
landing-need = What you need
landing-need-card = A physical social security card that is in use
landing-need-phone = The mobile number on record for you
landing-need-time = About 5 minutes. If you stop, you can go on within { $n } hours.

## consent
consent-title = Your consent
consent-service-asks = “E-Social Security Card” asks for the following information
consent-app-asks = “{ $app }” asks for the following information
consent-what = What is processed
consent-what-identity = Your name and ID number
consent-what-mobile = The mobile number on record
consent-what-card = The state of your physical card, and whether you are insured
consent-why = Why
consent-why-text = To check who you are and to issue your e-card.
consent-how-long = For how long
consent-how-long-text = While the e-card is valid. An unfinished claim is deleted after 24 hours.
consent-rights = Your rights
consent-rights-text = You can withdraw at any time. Your physical card and your records stay as they are.
consent-face-apart = We ask separately before using your face, and there is another way.
consent-question = Do you allow this?
consent-nothing-before = Nothing is processed before you choose Allow.
allow = Allow
refuse = Refuse

## login and register
login-title = Log in to the national government service platform
login-account = Mobile number
login-password = Password
login-submit = Log in
login-no-account = No account yet?
login-no-card = No e-card yet?
login-demo-hint = Use the mobile number and password of a demo person.
real-name-demo-hint = Use the name and ID number of that same demo person.
register-link = Register
register-title = Register an account
register-account-hint = This is your account. We check it by a message.
register-password = Choose a password
register-password-hint = At least 8 characters. A short sentence you remember works well.
register-submit = Send me a code
register-have-account = Have an account?
register-code-title = Check your mobile number
register-code-sent-to = The registration code was sent to { $mobile }
register-code-label = Registration code
register-code-hint = 6 digits from the message, valid for { $n } min
register-again = Check the number and ask again

## codes by message
code-sent-to = The activation code was sent to { $mobile }
code-retrying = When it is back, the activation code goes to { $mobile } by itself.
code-void-next = Ask for another activation code to go on.
code-label = Activation code
code-hint = 6 digits from the message (激活校验码), valid for { $n } min
code-not-arrived = No message?
code-resend = Send again
code-resend-in = Send again ({ $s } s)
code-demo-hint = The message appears on the simulated phone.

## real name
real-name-title = Confirm your identity
real-name-lead = Write both as they stand on your identity card.
real-name-name = Name
real-name-rare = Is a character hard to type?
real-name-rare-input = Pinyin keyboards: type “u” and the sounds of the parts, “utukou” for “𠮷”.
real-name-rare-handwriting = Or switch the keyboard to handwriting and write the character.
real-name-rare-dot = For the dot within a name, “·” or any similar dot will do.
real-name-rare-box = If it shows as an empty box, submit it all the same.
real-name-id-number = ID number
real-name-id-hint = 18 characters; x or X at the end. Residence permits for Hong Kong, Macao and Taiwan residents and foreign permanent resident cards work too.

## face
face-consent-title = Verify by face
face-what-text = One photo of your face, taken now
face-why-text = Only to confirm that it is you who claims
face-how-long-text = Deleted right after the comparison, never stored
face-consent-tick = I separately agree to the use of my face for this check
face-consent-submit = Verify by face
face-other-way-equal = You can claim without it. The other way counts the same.
face-guardian = Children under 14 are checked at a counter, together with a guardian.
face-guardian-bring = Please bring
face-guardian-id = The guardian’s identity card
face-guardian-household = The household register or another proof of guardianship
face-guardian-then = You will get a one-time counter code. Enter it here to go on.
face-title = Take a photo of your face
face-prompt-blink = Face the screen and blink
face-prompt-turn-left = Face the screen, then turn your head to the left
face-prompt-nod = Face the screen and nod
face-prompt-open-mouth = Face the screen and open your mouth
face-preview = Camera picture
face-camera-start = Open the camera
face-camera-capture = Take photo
face-camera-retake = Take again
face-camera-off = The photo stays on your device until you submit it.
face-camera-live = Place your face in the oval, follow the prompt, then take the photo.
face-camera-taken = The photo is ready. Submit it if it is clear.
face-camera-denied = The camera cannot be used. Choose a photo, or use another way.
face-file = Photo of your face
face-file-hint = Take or choose a photo from the front, up to 5 MB.
face-samples = Or choose a demo photo
face-sample-same = Same person
face-sample-dim = Bad light
face-sample-other = Someone else
face-sample-replay = Photo of a photo
face-submit = Submit
face-not-kept = The photo is used for this check only and deleted right after it.

## counter code
counter-title = Use a counter code
counter-lead = You can finish without your face.
counter-step-go = Take your identity card to a social security counter.
counter-step-show = The staff check it and give you a one-time code.
counter-step-enter = Enter it here within { $n } hours.
counter-label = Counter code
counter-hint = 10 digits; spaces and hyphens do not matter
counter-back = Back to verifying by face

## activation and PIN
activation-title = Activate your e-card
activation-changed = My number has changed
activation-changed-text = The code only goes to the number on record for you, so that nobody else can claim your card.
activation-changed-link = Change the number on record
changed-title = Your number has changed
changed-on-file = The number on record is { $mobile }
changed-none-on-file = There is no mobile number on record for you
changed-why = To protect you, the code is not sent to any other number. You do not need your old SIM card.
changed-step-counter = Take your identity card to a social security counter, or call 12333 for advice.
changed-step-update = Ask the staff to record your new number.
changed-step-return = Come back to this page and go on.
changed-updated = Changed, go on
pin-title = Choose your card PIN
pin-lead = You need it when you use your e-card. Do not use your bank PIN.
pin-rule-digits = 6 digits
pin-rule-runs = No runs or repeats such as 123456 or 888888
pin-rule-id = No part of your ID number
pin-label = Card PIN
pin-again-label = Card PIN again
pin-submit = Finish the claim
pin-never-told = Nobody will ever ask you for this PIN.

## ways out
no-card-title = No usable physical card was found. Apply for one or activate it first.
no-card-return = When that is done, come back and check again. You need not fill in anything twice.
no-card-none-found = We found no physical social security card of yours.
no-card-none-way = Employees apply through their employer, residents at their township or sub-district office. Bring your identity card.
no-card-applied-found = Your physical card is being made.
no-card-applied-way = A message tells you when it is ready. Collect and activate it, then claim your e-card.
no-card-sealed-found = Your physical card has not been activated yet (sealed).
no-card-sealed-way = A physical card cannot be activated on a phone. Use any one of these ways:
no-card-temporarily-lost-found = Your physical card has been reported lost by phone.
no-card-temporarily-lost-way = After a temporary loss report only a written request restores the social security function. Take your identity card to a counter or a branch of the issuing bank.
no-card-lost-found = Your physical card has been reported lost in writing.
no-card-lost-way = Take your identity card to a counter or a branch of the issuing bank for a new card. Once it is active you can claim the e-card.
no-card-minor-expired-found = Your minor card has stopped.
no-card-minor-expired-way = A minor card is swapped for an adult card within three years after the 16th birthday. Take your identity card to a counter.
no-card-cancelled-found = Your physical card has been cancelled.
no-card-cancelled-way = To apply again, go to a social security counter, or call 12333.
no-card-other-region-found = Your card was issued by another region.
no-card-other-region-way = Claim through the service of the region that issued it, or call 12333 there.
no-card-not-eligible-found = We found neither a local household registration nor local insurance for you.
no-card-not-eligible-way = You can claim once you are insured here or entitled to local benefits. If this is wrong, take your identity card to a counter.
channel-bank = Branch of the issuing bank
channel-bank-text = Bring your identity card and the physical card.
channel-hospital = Designated hospital
channel-hospital-text = It is activated by the first payment with the card.
channel-window = Social security counter
channel-window-text = Bring your identity card and the physical card.
channel-phone = By phone: 12333
channel-phone-text = With an agent or by voice menu. Have your ID number and card number ready.
review-title = A person is looking at your claim
review-reason-rare-name = Your name holds a character that a person must compare.
review-reason-binding = The link between your account and ID number must be checked.
review-number = Review number
review-step-look = A member of staff checks what you entered, within { $n } days at most.
review-step-tell = A message tells you the result. It holds no link.
review-step-go-on = Once approved, come back here and go on.
refused-title = You refused. Nothing was processed.
refused-text = Your physical card and your benefits are not affected.
refused-other = You can start again at any time, or go to a social security counter.
refused-review-title = The claim was not approved
refused-review-text = After review, this claim could not be approved.
refused-review-appeal = If you disagree, take your identity card to a counter and ask for another review.
expired-title = Time ran out. Please start again. What you filled in was not submitted.
expired-text = To protect you, a claim must be finished within { $n } minutes.
expired-why = A confirmed identity stays valid for { $n } hours. Only the face and the activation code are asked for again.
locked-title = You cannot go on for now
locked-why = This keeps others from using your details.
locked-way-counter = Take your identity card to a social security counter.
locked-way-phone = Call 12333.

## errors
error-not-found-title = This page does not exist
error-not-found-body = Check the address, or go back to the start.
error-method-title = This page is reached another way
error-method-body = It cannot be opened directly. Go back to the start and use the buttons.
error-resume = Continue where you stopped
error-bad-request-title = This request cannot be read
error-bad-request-body = What was sent is incomplete. Go back and send it again.
error-forbidden-title = This page is no longer valid
error-forbidden-body = You may have logged in or out in another window. Open the page again.
error-too-large-title = Too large
error-too-many-title = Please try later
error-down-title = A service cannot be reached
error-internal-title = The system is busy
error-internal-body = The fault is ours, not in what you entered.
error-busy = The system is busy. Try again later. Reference number: { $id }
error-kept = For help call 12333 and give the reference number.

## the card
card-title = My e-card
card-just-issued = Your e-card has been issued and is ready to use.
card-specimen = SAMPLE
card-picture-blank = What the e-card looks like
card-picture = E-card of { $name }, number { $number }
card-kind-adult = Adult card
card-kind-minor = Minor card
card-state-active = Status: in use
card-state-suspended = Status: reported lost, suspended
card-state-lost = Status: lost
card-state-minor-deactivated = Status: stopped
card-state-cancelled = Status: cancelled by you
card-state-ended = Status: ended
card-advice-active = It can be used for what is listed here. Keep your PIN to yourself.
card-advice-suspended = After a temporary loss report only a written request restores the social security function. Take your identity card to a counter or a branch of the issuing bank.
card-advice-lost = Once your new physical card is active, the e-card works again by itself.
card-advice-minor-deactivated = Swap it for an adult card at a counter, then verify your face again.
card-advice-cancelled = You cancelled your e-card. You can claim it again at any time.
card-advice-ended = This e-card has ended for good. For questions call 12333.
card-minor-stops = Your minor card stops on { $date }. Please swap it for an adult card in time.
card-data = Card details
card-uses = What you can use it for
card-proof = Electronic proof
card-proof-text = Download a proof signed by this service. Anyone can verify it.
card-token = Download the proof
card-since = Since { $time }
card-records-kept = Your insurance records and contribution years are not affected.
claim-again = Claim again
data-name = Name
data-id-number = ID number
data-social-number = Social security number
data-mobile = Mobile number
data-card-number = Card number
data-region = Issued by
data-kind = Card type
data-bank = Bank
data-issued-on = Issued on
bank-abc = Agricultural Bank of China
bank-bcm = Bank of Communications
bank-boc = Bank of China
bank-ccb = China Construction Bank
bank-icbc = Industrial and Commercial Bank of China
bank-psbc = Postal Savings Bank of China
data-masked = Parts are hidden to protect you.
function-medical-settle = Hospital visits, settled on the spot
function-pharmacy-pay = Medicine at pharmacies
function-benefit-receive = Pension, unemployment and other benefits
function-employment-service = Job seeking and training
function-transit-ride = Buses and metro
function-utility-pay = Water, power and gas bills
function-account-bank = Bank account services

## demonstration
demo-people-link = See the demo people
demo-phone-link = Open the simulated phone
demo-portrait-link = Use your own photo
demo-title = Who you can be
demo-lead = Choose somebody, log in with their mobile number and the password, then enter name and ID number. None of them exists.
demo-password = Password of all
demo-try = Try
demo-copy-hint = Press a name or a number to select and copy it.
demo-who = Person
demo-see = What you will see
demo-inbox = Messages
demo-more = More to try
demo-more-review = A review by staff: anyone’s ID number with a name that holds a private-use character, such as
demo-more-limits = A wrong password, a wrong activation code or “Someone else” again and again: each has its limit.
demo-more-face = After the last failed photo, a counter code still works.
story-adult = An adult who can claim
story-rare-character = A rare character in the name
story-dotted-name = A dot in the name
story-dim-face = A face that scores 74
story-other-face = A face that never matches
story-no-card = No physical card
story-sealed-card = A card still sealed
story-lost-card = A card reported lost by phone
story-minor = A child of 10 with a guardian
story-minor-stopping = A minor card about to stop
story-foreigner = A foreign permanent resident
story-hong-kong = A Hong Kong residence permit
story-deceased = Registered as deceased
story-moved-phone = A mobile number that changed
story-registry-down = The identity register is down
story-sms-down = The message service is down
story-ends-card = With the photo “same person” you get an e-card
story-ends-dim-face = You are asked to try in better light, or another way
story-ends-other-face = The face check fails; a counter code works
story-ends-no-card = No card is found, and how to apply
story-ends-sealed-card = Four ways to activate the physical card
story-ends-lost-card = A written request is needed to restore it
story-ends-minor = A guardian must come to the counter
story-ends-minor-stopping = A card, and the day on which it stops
story-ends-deceased = The same answer as for details that do not match
story-ends-moved-phone = The code goes to the old number; see the changed-number page
story-ends-registry-down = The service cannot be reached, and no try is counted
story-ends-sms-down = The message is retried, and you can go on later
phone-title = The simulated phone
phone-number = Mobile number
phone-show = Show messages
phone-messages-of = Messages to { $number }
phone-empty = No messages yet.
portrait-title = Use your own photo
portrait-lead = Make your photo the portrait on record of a demo person, so that your camera can pass. It is kept in memory only and gone when the service stops.
portrait-person = Demo person
portrait-hint = A photo from the front; PNG, JPEG or WebP, up to 5 MB.
portrait-submit = Make it the portrait
portrait-done = The portrait of { $name } has been replaced.

## problems on a form
problem-account-required = Enter your mobile number.
problem-account-invalid = Enter an 11-digit mainland mobile number.
problem-password-required = Enter your password.
problem-password-weak = Use 8 to 128 characters, and not a common password.
problem-login-failed = The account or password is not correct. { $n ->
        [one] You have one try left.
       *[other] You have { $n } tries left.
    }
problem-login-locked = The account or password is not correct. The account is locked; try again after { $time }.
problem-too-many-tries = Too many tries. Try again after { $time }.
problem-name-required = Enter your name.
problem-name-invalid = Write the name as it stands on your identity document.
problem-id-number-required = Enter your ID number.
problem-id-number-format = An ID number has 18 characters; the last may be X.
problem-id-number-region = Check the first 6 digits of the ID number.
problem-id-number-date = Check the date of birth within the ID number.
problem-id-number-checksum = Check each digit of the ID number.
problem-id-number-fifteen = Bring a 15-digit ID number to a service counter.
problem-real-name-mismatch = What you entered does not match our records. Check it and try again.
problem-decision-required = Choose Allow or Refuse.
problem-face-consent-required = To verify by face, tick the box first. You can also use another way.
problem-portrait-required = Take or choose a photo first.
problem-portrait-unusable = This photo cannot be read. Use a JPEG, PNG or WebP picture.
problem-portrait-too-large = The photo is larger than 5 MB. Choose another.
problem-face-unclear = The picture is not clear enough. Adjust the light and try again, or use another way.
problem-no-portrait = There is no portrait of you on file. Please use another way.
problem-guardian-needed = Under 14, a guardian must come along to a counter.
locked-counter-link = Continue with a code from a counter
problem-face-failed = We could not verify your face. Adjust the light, or use another way.
problem-face-bound-elsewhere = This cannot be completed online. Use another way, or go to a service counter.
problem-code-required = Enter the 6-digit activation code.
problem-code-wrong = The activation code is wrong or no longer valid. Request a new one.
problem-code-void = Too many wrong tries: this activation code is void.
problem-registration-code-required = Enter the 6-digit registration code.
problem-registration-code-wrong = The registration code is wrong or no longer valid. Request a new one.
problem-resend-too-soon = { $s ->
        [one] You can send another code in one second.
       *[other] You can send another code in { $s } seconds.
    }
problem-counter-code-wrong = The counter code is wrong or no longer valid. Check it, or ask the staff for a new one.
problem-pin-required = Enter 6 digits.
problem-pin-weak = This PIN is too simple. Choose another.
problem-pin-differs = The two PINs differ. Enter them again.
problem-registry-down = The identity register cannot be reached for now. Try again later. This try does not count.
problem-face-down = The face service cannot be reached for now. Try again later. This try does not count.
problem-sms-down = The message service cannot be reached for now. We keep trying.
problem-person-required = Choose a demo person.
