"""What each function may do, said a second time, by hand: a change of access must be meant twice."""

from __future__ import annotations

ACCOUNT = "111122223333"

LEDGER, BY_REFERENCE = "<data.Ledger.Arn>", "<data.Ledger.Arn>/index/by-reference"
CATALOG, BY_SHELF = "<data.Catalog.Arn>", "<data.Catalog.Arn>/index/by-shelf"
BY_OWNER = "<data.Catalog.Arn>/index/by-owner"
UPLOADS, PEOPLE, RATES = "<data.Uploads.Arn>", "<data.People.Arn>", "<data.Rates.Arn>"
PROGRESS, OFFLINE = "<data.Progress.Arn>", "<data.Offline.Arn>"
BUDGETS = "<data.Budgets.Arn>"
BY_PLACE, BY_DUE = "<data.Uploads.Arn>/index/by-place", "<data.Uploads.Arn>/index/by-due"
SWITCHES, PARKED = "<data.Switches.Arn>", "<data.Parked.Arn>"
RULESETS = "<data.RuleSets.Arn>"
SPLITS = "<data.Splits.Arn>"
DUE = "<data.Due.Arn>"
NOTICES, PAYMENTS = "<data.Notices.Arn>", "<data.PaymentsQueue.Arn>"
CASES, BY_STATUS = "<data.Cases.Arn>", "<data.Cases.Arn>/index/by-status"
VERIFICATIONS = "<data.Verifications.Arn>"
SOURCES = f"arn:aws:s3:::cliffhanger-prod-uploads-{ACCOUNT}-us-east-1/uploads/*"
CLEAN = f"arn:aws:s3:::cliffhanger-prod-uploads-{ACCOUNT}-us-east-1/clean/*"
STREAMS = f"arn:aws:s3:::cliffhanger-prod-media-{ACCOUNT}-us-east-1/media/*"
POSTERS = f"arn:aws:s3:::cliffhanger-prod-media-{ACCOUNT}-us-east-1/posters/*"
EXPORTS = f"arn:aws:s3:::cliffhanger-prod-exports-{ACCOUNT}-us-east-1/anchor/*"
DAYS = f"arn:aws:s3:::cliffhanger-prod-anchors-{ACCOUNT}-us-east-1/days/*"
REPORTS = f"arn:aws:s3:::cliffhanger-prod-reports-{ACCOUNT}-us-east-1/reconciled/*"
STATEMENTS = f"arn:aws:s3:::cliffhanger-prod-reports-{ACCOUNT}-us-east-1/statements/*"
POISON = f"arn:aws:s3:::cliffhanger-prod-failures-{ACCOUNT}-us-east-1/aws/lambda/*"
SECRETS = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:cliffhanger/prod"


def on(resource: str, *actions: str) -> set[tuple[str, str]]:
    return {(action, resource) for action in actions}


LEDGER_READ = on(LEDGER, "dynamodb:GetItem", "dynamodb:Query") | on(BY_REFERENCE, "dynamodb:Query")
CATALOG_READ = on(CATALOG, "dynamodb:GetItem", "dynamodb:Query") | on(BY_SHELF, "dynamodb:Query")
CATALOG_WRITE = on(CATALOG, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem")
CATALOG_WRITE |= on(BY_OWNER, "dynamodb:Query")
UPLOADS_WRITE = on(UPLOADS, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
LEDGER_APPEND = LEDGER_READ | on(LEDGER, "dynamodb:PutItem")
LEDGER_SETTLE = LEDGER_APPEND | on(LEDGER, "dynamodb:UpdateItem")
COUNT = on(RATES, "dynamodb:UpdateItem")
REQUEST_SECRET = on(f"{SECRETS}/request-secret-??????", "secretsmanager:GetSecretValue")
ORDERS_WRITE = on("<data.Orders.Arn>", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem")
ORDERS_WRITE |= on("<data.Orders.Arn>", "dynamodb:DeleteItem")
READ_SWITCHES = on(SWITCHES, "dynamodb:GetItem")
SIGNALS = on("<data.Devices.Arn>", "dynamodb:GetItem", "dynamodb:PutItem")
SIGNALS |= on("<data.Blocks.Arn>", "dynamodb:Query", "dynamodb:PutItem")
DECIDE = on(RULESETS, "dynamodb:GetItem", "dynamodb:Query") | READ_SWITCHES
PARK = on(PARKED, "dynamodb:UpdateItem")
PUBLISH = on("<data.Bus.Arn>", "events:PutEvents")
STREAM = (
    on("<data.Ledger.StreamArn>", "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
    | on("*", "dynamodb:ListStreams")
    | on(POISON, "s3:PutObject")
    | on("<media.Failures.Arn>", "s3:ListBucket")
)

JOBS = f"arn:aws:mediaconvert:us-east-1:{ACCOUNT}:jobs/*"
TRANSCODE = (
    UPLOADS_WRITE
    | CATALOG_WRITE
    | on(BUDGETS, "dynamodb:UpdateItem")
    | on(SOURCES, "s3:GetObject")
    | on(CLEAN, "s3:PutObject")
    | on("*", "mediaconvert:Probe")
    | on("<media.Queue.Arn>", "mediaconvert:CreateJob", "mediaconvert:ListJobs")
    | on("<media.Transcoder.Arn>", "iam:PassRole")
    | PUBLISH
)

PARTNERS = "<data.Partners.Arn>"
READ_PARTNERS = on(PARTNERS, "dynamodb:Query", "dynamodb:GetItem")
ENDPOINTS, DELIVERIES = "<data.Endpoints.Arn>", "<data.Deliveries.Arn>"
FAST, SLOW = "<data.DeliverQueue.Arn>", "<data.DeliverSlowQueue.Arn>"
SEND_DELIVERIES = on(FAST, "sqs:SendMessage") | on(SLOW, "sqs:SendMessage")
ENDPOINT_KEY = on(f"{SECRETS}/endpoint-key-??????", "secretsmanager:GetSecretValue")
WORK_OFF = (
    *("sqs:ReceiveMessage", "sqs:DeleteMessage"),
    *("sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"),
)

FOR_PARTNERS = (
    COUNT
    | READ_PARTNERS
    | on(f"{SECRETS}/partner-keys-??????", "secretsmanager:GetSecretValue")
    | on("<data.Requests.Arn>", "dynamodb:PutItem", "dynamodb:UpdateItem")
)

STANDING = on(VERIFICATIONS, "dynamodb:GetItem")
PAYOUTS = on("<data.Payouts.Arn>", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem")
PAYOUTS |= on("<data.Payouts.Arn>/index/by-due", "dynamodb:Query")
MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:cliffhanger-prod-payout"
EXECUTIONS = f"arn:aws:states:us-east-1:{ACCOUNT}:execution:cliffhanger-prod-payout:*"
START = on(MACHINE, "states:StartExecution") | on(EXECUTIONS, "states:DescribeExecution")
ANSWER = on(MACHINE, "states:SendTaskSuccess")
CHECKS = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:cliffhanger-prod-kyc"
SANCTIONS = f"arn:aws:s3:::cliffhanger-prod-sanctions-{ACCOUNT}-us-east-1/lists/*"
DECIDING = on(VERIFICATIONS, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem")
DECIDING |= {("dynamodb:Query", f"{VERIFICATIONS}/index/{index}") for index in ("by-due", "by-edition")}
TELLS_CHECKS = on(CHECKS, "states:SendTaskSuccess")
STRIPE_KEY = on(f"{SECRETS}/stripe-key-??????", "secretsmanager:GetSecretValue")
VERIFYING = DECIDING | TELLS_CHECKS | on(CHECKS, "states:StartExecution") | STRIPE_KEY | PUBLISH
VERIFYING |= on(SANCTIONS, "s3:GetObject") | on("<media.Sanctions.Arn>", "s3:ListBucket")

EXPECTED: dict[str, set[tuple[str, str]]] = {
    "catalog": CATALOG_READ | REQUEST_SECRET,
    "wallet": COUNT | LEDGER_APPEND | REQUEST_SECRET,
    "unlock": COUNT | LEDGER_APPEND | CATALOG_READ | READ_SWITCHES | REQUEST_SECRET,
    "checkout": COUNT
    | LEDGER_APPEND
    | CATALOG_READ
    | ORDERS_WRITE
    | on(f"{SECRETS}/stripe-key-??????", "secretsmanager:GetSecretValue")
    | REQUEST_SECRET,
    "playback": COUNT
    | LEDGER_READ
    | CATALOG_READ
    | READ_SWITCHES
    | on(PROGRESS, "dynamodb:GetItem")
    | on(STREAMS, "s3:GetObject")
    | on(f"{SECRETS}/signing-key/k1-??????", "secretsmanager:GetSecretValue"),
    "progress": COUNT
    | on(PROGRESS, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem")
    | CATALOG_READ
    | REQUEST_SECRET,
    "revenue": COUNT
    | LEDGER_READ
    | CATALOG_WRITE
    | on(SPLITS, "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | on(f"{PEOPLE}/index/by-person", "dynamodb:Query")
    | on(PEOPLE, "dynamodb:GetItem")
    | on(STATEMENTS, "s3:GetObject")
    | (on("<media.Reports.Arn>", "s3:ListBucket") | REQUEST_SECRET),
    "waterfall": LEDGER_APPEND
    | CATALOG_READ
    | PUBLISH
    | on(BY_OWNER, "dynamodb:Scan")
    | on(SPLITS, "dynamodb:Query")
    | on("<data.Runs.Arn>", "dynamodb:GetItem", "dynamodb:PutItem")
    | on(STATEMENTS, "s3:PutObject", "s3:GetObject")
    | on("<media.Reports.Arn>", "s3:ListBucket")
    | on("<events.waterfalleventsFailed.Arn>", "sqs:SendMessage"),
    "rewards": COUNT
    | LEDGER_APPEND
    | CATALOG_READ
    | on("<data.Watches.Arn>", "dynamodb:GetItem", "dynamodb:PutItem")
    | on("<data.Campaigns.Arn>", "dynamodb:UpdateItem")
    | on("<data.Campaigns.Arn>/index/by-open", "dynamodb:Query")
    | on("<data.Claims.Arn>", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | SIGNALS
    | on("<data.Referrals.Arn>", "dynamodb:GetItem", "dynamodb:PutItem")
    | on("<data.Referrals.Arn>/index/by-inviter", "dynamodb:Query")
    | DECIDE
    | REQUEST_SECRET,
    "ads": LEDGER_APPEND
    | on("<data.Claims.Arn>", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | SIGNALS
    | DECIDE
    | REQUEST_SECRET,
    "tips": COUNT
    | LEDGER_APPEND
    | CATALOG_READ
    | on("<data.Gifts.Arn>", "dynamodb:Query")
    | READ_SWITCHES
    | REQUEST_SECRET,
    "gifts": on("<data.Gifts.Arn>", "dynamodb:PutItem")
    | on(f"{PEOPLE}/index/by-person", "dynamodb:Query")
    | on(PEOPLE, "dynamodb:GetItem")
    | on("<events.giftseventsFailed.Arn>", "sqs:SendMessage"),
    "offline": COUNT
    | LEDGER_READ
    | CATALOG_READ
    | READ_SWITCHES
    | on(OFFLINE, "dynamodb:GetItem", "dynamodb:PutItem")
    | on(f"{SECRETS}/signing-key/k1-??????", "secretsmanager:GetSecretValue"),
    "kyc": COUNT | VERIFYING | REQUEST_SECRET,
    "verify": VERIFYING,
    "recheck": VERIFYING | on("<events.recheckeventsFailed.Arn>", "sqs:SendMessage"),
    "profile": COUNT | on(PEOPLE, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    "studio": COUNT
    | CATALOG_WRITE
    | REQUEST_SECRET
    | UPLOADS_WRITE
    | on(BY_PLACE, "dynamodb:Query")
    | on(BUDGETS, "dynamodb:GetItem")
    | on(SOURCES, "s3:PutObject"),
    "stripe": on(NOTICES, "dynamodb:GetItem", "dynamodb:PutItem")
    | on(PAYMENTS, "sqs:SendMessage")
    | on(f"{SECRETS}/webhook-secrets-??????", "secretsmanager:GetSecretValue"),
    "payments": DECIDING
    | TELLS_CHECKS
    | LEDGER_APPEND
    | on(NOTICES, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem")
    | on("<data.Orders.Arn>", "dynamodb:GetItem", "dynamodb:UpdateItem")
    | on(PAYMENTS, *(f"sqs:{name}" for name in ("SendMessage", "ReceiveMessage", "DeleteMessage")))
    | on(PAYMENTS, "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility")
    | PAYOUTS
    | ANSWER
    | READ_SWITCHES
    | PUBLISH
    | STRIPE_KEY,
    "payouts": COUNT | STANDING | LEDGER_READ | PAYOUTS | START | READ_SWITCHES | STRIPE_KEY | PUBLISH | REQUEST_SECRET,
    "disburse": STANDING | LEDGER_APPEND | PAYOUTS | ANSWER | READ_SWITCHES | STRIPE_KEY | PUBLISH,
    "treasury": STANDING
    | LEDGER_APPEND
    | PAYOUTS
    | START
    | ANSWER
    | READ_SWITCHES
    | STRIPE_KEY
    | PUBLISH
    | on("<events.treasuryeventsFailed.Arn>", "sqs:SendMessage"),
    "support": COUNT
    | on("<data.Claims.Arn>", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:UpdateItem")
    | on("<data.Claims.Arn>/index/by-due", "dynamodb:Query")
    | LEDGER_SETTLE
    | ORDERS_WRITE
    | on(f"{SECRETS}/stripe-key-??????", "secretsmanager:GetSecretValue")
    | on(CASES, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | on(BY_STATUS, "dynamodb:Query")
    | on(SWITCHES, "dynamodb:GetItem", "dynamodb:PutItem")
    | on(RULESETS, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem")
    | on(PARKED, "dynamodb:Query", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
    | PUBLISH
    | REQUEST_SECRET,
    "partners": FOR_PARTNERS
    | on(PARTNERS, "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
    | on(f"{PARTNERS}/index/by-list", "dynamodb:Query")
    | on("<data.Requests.Arn>", "dynamodb:Query")
    | REQUEST_SECRET,
    "campaigns": FOR_PARTNERS
    | on("<data.Campaigns.Arn>", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | on("<data.Campaigns.Arn>/index/by-open", "dynamodb:Query")
    | on("<data.Campaigns.Arn>/index/by-partner", "dynamodb:Query")
    | on("<data.Claims.Arn>", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | SIGNALS
    | LEDGER_APPEND
    | DECIDE
    | REQUEST_SECRET,
    "webhooks": FOR_PARTNERS
    | on(ENDPOINTS, *(f"dynamodb:{name}" for name in ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")))
    | on(DELIVERIES, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | SEND_DELIVERIES
    | ENDPOINT_KEY
    | REQUEST_SECRET,
    "fanout": on(ENDPOINTS, "dynamodb:GetItem")
    | on(f"{ENDPOINTS}/index/by-mode", "dynamodb:Query")
    | READ_PARTNERS
    | on(DELIVERIES, "dynamodb:PutItem")
    | SEND_DELIVERIES
    | on("<data.FanoutQueue.Arn>", *WORK_OFF),
    "deliver": on(ENDPOINTS, "dynamodb:GetItem", "dynamodb:UpdateItem")
    | READ_PARTNERS
    | on(DELIVERIES, "dynamodb:GetItem", "dynamodb:UpdateItem")
    | SEND_DELIVERIES
    | ENDPOINT_KEY
    | on(FAST, *WORK_OFF)
    | on(SLOW, *WORK_OFF),
    "dispatch": on(ENDPOINTS, "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:PutItem")
    | on(f"{ENDPOINTS}/index/by-mode", "dynamodb:Query")
    | on(DELIVERIES, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem")
    | on(f"{DELIVERIES}/index/by-due", "dynamodb:Query")
    | SEND_DELIVERIES
    | PUBLISH
    | on("<events.dispatcheventsFailed.Arn>", "sqs:SendMessage"),
    "transcode": TRANSCODE | on("<events.transcodeeventsFailed.Arn>", "sqs:SendMessage"),
    "sweep": TRANSCODE
    | on(BY_PLACE, "dynamodb:Query")
    | on(BY_DUE, "dynamodb:Query")
    | on(JOBS, "mediaconvert:GetJob", "mediaconvert:CancelJob")
    | on("<media.Uploads.Arn>", "s3:ListBucket")
    | on("<media.Media.Arn>", "s3:ListBucket")
    | {("s3:DeleteObject", place) for place in (SOURCES, CLEAN, STREAMS, POSTERS)}
    | on("<events.sweepeventsFailed.Arn>", "sqs:SendMessage"),
    "settlement": LEDGER_SETTLE | STREAM | PARK,
    "anchor": on(LEDGER, "dynamodb:ExportTableToPointInTime", "dynamodb:DescribeContinuousBackups")
    | on(EXPORTS, "s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject")
    | on(DAYS, "s3:PutObject", "s3:GetObject")
    | on("<media.Anchors.Arn>", "s3:ListBucket")
    | on("<events.anchoreventsFailed.Arn>", "sqs:SendMessage"),
    "reconcile": on(EXPORTS, "s3:GetObject")
    | on("<media.Exports.Arn>", "s3:ListBucket")
    | on(REPORTS, "s3:PutObject", "s3:GetObject")
    | on("<media.Reports.Arn>", "s3:ListBucket")
    | on(f"{SECRETS}/stripe-key-??????", "secretsmanager:GetSecretValue")
    | on("<events.reconcileeventsFailed.Arn>", "sqs:SendMessage"),
    "publisher": STREAM | PARK | PUBLISH | on(DUE, "dynamodb:UpdateItem"),
    "expiry": LEDGER_APPEND
    | on("<data.Claims.Arn>", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:UpdateItem")
    | on("<data.Campaigns.Arn>", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem")
    | on("<data.Campaigns.Arn>/index/by-open", "dynamodb:Query")
    | on("<data.Claims.Arn>/index/by-due", "dynamodb:Query")
    | on("<data.Claims.Arn>/index/by-untold", "dynamodb:Query")
    | READ_SWITCHES
    | on(DUE, "dynamodb:Query", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
    | on("<data.Orders.Arn>", "dynamodb:GetItem", "dynamodb:DeleteItem")
    | on("<data.Orders.Arn>/index/by-due", "dynamodb:Query")
    | on(f"{SECRETS}/stripe-key-??????", "secretsmanager:GetSecretValue")
    | PUBLISH
    | on("<events.expiryeventsFailed.Arn>", "sqs:SendMessage"),
    "canary": LEDGER_APPEND | on(PARKED, "dynamodb:Query") | on("<events.canaryeventsFailed.Arn>", "sqs:SendMessage"),
    "mail": on(f"{PEOPLE}/index/by-person", "dynamodb:Query")
    | READ_PARTNERS
    | on("<identity.People.Arn>", "cognito-idp:AdminGetUser")
    | on("<data.Mails.Arn>", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | on(f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/watch.example.com", "ses:SendEmail")
    | on("<events.maileventsFailed.Arn>", "sqs:SendMessage"),
    "referrals": LEDGER_APPEND
    | on("<data.Referrals.Arn>", "dynamodb:GetItem", "dynamodb:UpdateItem")
    | on("<data.Claims.Arn>", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    | on("<data.Devices.Arn>", "dynamodb:GetItem", "dynamodb:PutItem")
    | DECIDE
    | on("<events.referralseventsFailed.Arn>", "sqs:SendMessage"),
    "identity": on(PEOPLE, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
}
