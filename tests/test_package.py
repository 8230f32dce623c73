"""What goes to Lambda and CloudFormation: the zip and the template as they are packaged, not as they are written."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from samtranslator.translator.transform import transform

from chalicelib.deploy.package import Package, package
from chalicelib.email.library import Library
from chalicelib.email.ready import job_of, ready_version
from chalicelib.storage import keys

pytestmark = pytest.mark.xdist_group("package")

FUNCTIONS = {
    "APIHandler": "app.app",
    "Tick": "app.tick",
    "Plan": "app.plan",
    "SendMarketing": "app.send_marketing",
    "SendTransactional": "app.send_transactional",
    "Feedback": "app.feedback",
    "ReadEvents": "app.read_events",
    "RefreshStatistics": "app.refresh_statistics",
    "AnnounceProducts": "app.announce_products",
    "StartImport": "app.start_import",
    "ImportPart": "app.import_part",
    "ScanPart": "app.scan_part",
    "TakeTemplate": "app.take_template",
}
TABLES = {"Customers", "Mailboxes", "Orders", "Products", "Catalog", "Sends", "Vouchers"}
QUEUES = {"MarketingQueue", "TransactionalQueue", "PlanQueue", "ImportQueue", "ScanQueue", "FeedbackQueue"}
MAIL = {"MarketingMail", "MarketingMailWithOpens", "TransactionalMail"}
OTHERS = {
    "RestAPI": "AWS::Serverless::Api",
    "APIHandlerInvokePermission": "AWS::Lambda::Permission",
    "Bucket": "AWS::S3::Bucket",
    "AsyncDeadPolicy": "AWS::SQS::QueuePolicy",
    "FeedbackQueuePolicy": "AWS::SQS::QueuePolicy",
    "FeedbackTopic": "AWS::SNS::Topic",
    "FeedbackTopicPolicy": "AWS::SNS::TopicPolicy",
    "FeedbackSubscription": "AWS::SNS::Subscription",
    "EventStream": "AWS::KinesisFirehose::DeliveryStream",
    "EventStreamRole": "AWS::IAM::Role",
    "SesEventsRole": "AWS::IAM::Role",
}
# What AWS lets no policy narrow: https://docs.aws.amazon.com/service-authorization/latest/reference/
UNNARROWED = {"dynamodb:ListStreams", "ses:GetAccount"}
# Beside the Python that Lambda brings, it brings these: boto3 and what it needs.
LAMBDA_BRINGS = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
IMPORT = """
import importlib, json, sys
sys.path += sys.argv[1:3]
module, name = sys.argv[3].split(".")
getattr(importlib.import_module(module), name)
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def packaged() -> Package:
    return package("local")


@pytest.fixture(scope="module")
def template(packaged: Package) -> dict[str, Any]:
    return packaged.load_template()


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found


@pytest.fixture(scope="module")
def unpacked(packaged: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(packaged.zip) as zipped:
        zipped.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def brought_by_lambda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("brought")
    for name in LAMBDA_BRINGS:
        (folder / name).symlink_to(Path(boto3.__file__).parents[1] / name)
    return folder


@pytest.fixture(scope="module")
def translated(packaged: Package) -> dict[str, Any]:
    """The template after CloudFormation's own SAM transform."""
    template = packaged.load_template()
    for name in FUNCTIONS:
        template["Resources"][name]["Properties"]["CodeUri"] = {"Bucket": "b", "Key": "k"}
    result: dict[str, Any] = transform(template, {"Stage": "prod"}, _NoManagedPolicies())
    return result


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


@pytest.mark.parametrize("handler", FUNCTIONS.values())
def test_each_handler_imports_from_the_zip_and_boto3_alone(
    handler: str, unpacked: Path, brought_by_lambda: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORT, str(unpacked), str(brought_by_lambda), handler],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    assert "chalicelib.local" not in loaded
    assert not {"chalicelib.cli", "chalicelib.deploy", "pytest", "click"} & set(loaded)


def test_the_zip_holds_the_service_its_templates_and_no_tool_of_the_developer(packaged: Package) -> None:
    with zipfile.ZipFile(packaged.zip) as zipped:
        names = zipped.namelist()

    assert "app.py" in names
    assert [name for name in names if name.startswith("templates/")]
    assert [name for name in names if name.startswith("mjml/") and name.endswith(".so")]
    tools = (
        "chalicelib/local",
        "chalicelib/deploy",
        "chalicelib/cli",
        "templates/web/local",
        "tests/",
        "boto",
        "click",
    )
    assert not [name for name in names if name.startswith(tools)]


def test_the_zip_holds_the_compiled_version_of_each_template_so_that_a_fresh_stack_needs_no_compiler(
    packaged: Package, tmp_path: Path
) -> None:
    library = Library()
    with zipfile.ZipFile(packaged.zip) as zipped:
        zipped.extractall(
            tmp_path, [name for name in zipped.namelist() if name.startswith("templates/email/compiled/")]
        )

    for (name, locale), source in library.sources().items():
        job = job_of(name, locale, source, None, mjml=True, partials=library.partials)
        ready = ready_version(job, tmp_path / "templates")
        assert ready is not None
        assert (ready.name, ready.locale) == (name, locale)


def test_of_babels_locales_only_those_of_the_service_are_shipped(packaged: Package) -> None:
    with zipfile.ZipFile(packaged.zip) as zipped:
        files = [Path(name).stem for name in zipped.namelist() if name.endswith(".dat")]

    assert {name.split("_")[0] for name in files} == {"global", "root", "en", "de", "fr", "es", "it", "nl"}


def test_the_unpacked_zip_is_far_below_lambdas_limit(packaged: Package) -> None:
    with zipfile.ZipFile(packaged.zip) as zipped:
        assert sum(entry.file_size for entry in zipped.infolist()) < 25 << 20


def test_the_template_holds_exactly_the_resources_that_are_meant(resources: dict[str, Any]) -> None:
    expected = dict(OTHERS)
    expected |= dict.fromkeys(FUNCTIONS, "AWS::Serverless::Function")
    expected |= {f"{name}Logs": "AWS::Logs::LogGroup" for name in FUNCTIONS}
    expected |= {f"{name.replace('APIHandler', 'ApiHandler')}Role": "AWS::IAM::Role" for name in FUNCTIONS}
    expected |= dict.fromkeys(TABLES, "AWS::DynamoDB::Table")
    expected |= dict.fromkeys(QUEUES | {f"{queue}Dead" for queue in QUEUES}, "AWS::SQS::Queue")
    expected |= dict.fromkeys(("OrdersStreamDead", "ProductsStreamDead", "AsyncDead"), "AWS::SQS::Queue")
    expected |= dict.fromkeys(MAIL, "AWS::SES::ConfigurationSet")
    expected |= {
        f"{name}{what}": "AWS::SES::ConfigurationSetEventDestination"
        for name in MAIL
        for what in ("Feedback", "Events")
    }

    assert {name: resource.get("Type") for name, resource in resources.items()} == expected


def test_each_function_has_its_own_role_log_group_and_handler(resources: dict[str, Any]) -> None:
    for name, handler in FUNCTIONS.items():
        properties = resources[name]["Properties"]
        role = name.replace("APIHandler", "ApiHandler") + "Role"

        assert properties["Handler"] == handler
        assert properties["Role"] == {"Fn::GetAtt": [role, "Arn"]}
        assert properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Logs"}}
        assert resources[f"{name}Logs"]["Properties"]["RetentionInDays"] == 30
        assert len(properties.get("Events", {"": None})) == 1


def test_the_production_template_knows_nothing_of_the_local_mode(packaged: Package) -> None:
    text = packaged.template.read_text()

    for name in ("HABITUE_CLOCK_FILE", "HABITUE_CONSOLE", "AWS_ENDPOINT_URL", "127.0.0.1", "localhost"):
        assert name not in text


def test_the_packaged_api_has_no_local_route_and_one_name_for_each_variable_in_a_path(
    resources: dict[str, Any],
) -> None:
    paths = list(resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"])

    assert paths
    assert not [path for path in paths if path.startswith("/local")]
    names: dict[str, set[str]] = {}
    for path in paths:
        *before, last = path.split("/")
        if last.startswith("{"):
            names.setdefault("/".join(before), set()).add(last)
    assert {before: found for before, found in names.items() if len(found) > 1} == {}


def test_f9_each_queue_has_a_dead_letter_queue_and_hides_a_message_six_times_the_timeout(
    resources: dict[str, Any], translated: dict[str, Any]
) -> None:
    """F9, A14."""
    sources = _sources(translated, streams=False)

    assert {queue for queue, _, _ in sources} == QUEUES
    for queue, function, source in sources:
        properties = resources[queue]["Properties"]
        redrive = properties["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": [f"{queue}Dead", "Arn"]}
        assert 1 < redrive["maxReceiveCount"] <= 10
        assert properties["VisibilityTimeout"] >= 6 * resources[function]["Properties"]["Timeout"]
        # A14: what old code hands back waits for the new code longer than a deployment lasts.
        assert redrive["maxReceiveCount"] * properties["VisibilityTimeout"] >= 30 * 60
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 2 <= source["ScalingConfig"]["MaximumConcurrency"] <= 1000


def test_f9_each_stream_bisects_tries_a_bounded_number_of_times_and_keeps_what_failed(
    translated: dict[str, Any],
) -> None:
    """F9."""
    sources = _sources(translated, streams=True)

    assert {table for table, _, _ in sources} == {"Orders", "Products"}
    for table, _, source in sources:
        failed = source["DestinationConfig"]["OnFailure"]["Destination"]
        assert failed == {"Fn::GetAtt": [f"{table}StreamDead", "Arn"]}
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["BisectBatchOnFunctionError"] is True
        assert 0 < source["MaximumRetryAttempts"] <= 10
        assert 0 < source["MaximumRecordAgeInSeconds"] <= 86400
        assert source["StartingPosition"] == "TRIM_HORIZON"


def test_the_orders_stream_wakes_the_worker_for_headers_only(translated: dict[str, Any]) -> None:
    [source] = [source for table, _, source in _sources(translated, streams=True) if table == "Orders"]
    [chosen] = source["FilterCriteria"]["Filters"]
    [rule] = json.loads(chosen["Pattern"])["dynamodb"]["Keys"]["pk"]["S"]

    assert keys.customer_orders("customer-1").startswith(rule["prefix"])
    assert not keys.order_lines("order-1").startswith(rule["prefix"])


def test_f9_each_function_that_eventbridge_starts_keeps_what_failed(translated: dict[str, Any]) -> None:
    """F9."""
    found = translated["Resources"]
    rules = {name: item["Properties"] for name, item in found.items() if item["Type"] == "AWS::Events::Rule"}
    invoked = {item["Properties"]["FunctionName"]["Ref"]: item["Properties"] for item in found.values()
               if item["Type"] == "AWS::Lambda::EventInvokeConfig"}  # fmt: skip

    assert set(invoked) == {"Tick", "ReadEvents", "StartImport", "TakeTemplate"}
    assert len(rules) == 4
    for [target] in (rule["Targets"] for rule in rules.values()):
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["AsyncDead", "Arn"]}}
        assert target["RetryPolicy"]["MaximumRetryAttempts"] <= 20
    for config in invoked.values():
        assert config["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["AsyncDead", "Arn"]}
        assert config["MaximumRetryAttempts"] <= 2


def test_each_function_that_feeds_its_own_queue_is_no_runaway_loop_to_lambda(resources: dict[str, Any]) -> None:
    for name in ("Plan", "SendMarketing", "SendTransactional", "ImportPart", "ScanPart"):
        assert resources[name]["Properties"]["RecursiveLoop"] == "Allow"


def test_f8_each_policy_names_its_actions_and_resources(resources: dict[str, Any]) -> None:
    """F8."""
    roles = {name: item["Properties"] for name, item in resources.items() if item["Type"] == "AWS::IAM::Role"}

    assert len(roles) == len(FUNCTIONS) + 2
    for properties in roles.values():
        assert "ManagedPolicyArns" not in properties
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert not [action for action in statement["Action"] if "*" in action]
                if "*" in statement["Resource"]:
                    assert set(statement["Action"]) <= UNNARROWED


def test_f8_a_sender_writes_the_ramp_and_nothing_else_of_the_catalog(resources: dict[str, Any]) -> None:
    """F8: places of the day are one document; templates, offers and settings are not a sender's to change."""
    role = next(item for name, item in resources.items() if name == "SendMarketingRole")
    statements = [one for policy in role["Properties"]["Policies"] for one in policy["PolicyDocument"]["Statement"]]
    catalog = {"Fn::GetAtt": ["Catalog", "Arn"]}
    writes = [one for one in statements if catalog in one["Resource"] and "dynamodb:PutItem" in one["Action"]]

    assert [(one["Action"], one["Condition"]) for one in writes] == [
        (["dynamodb:PutItem"], {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["ramp"]}})
    ]


def test_the_data_outlives_the_stack(resources: dict[str, Any]) -> None:
    """F11: deleting the stack keeps the data."""
    for name in TABLES | {"Bucket"}:
        assert resources[name]["DeletionPolicy"] == resources[name]["UpdateReplacePolicy"] == "Retain"
    for name in TABLES:
        properties = resources[name]["Properties"]
        assert properties["DeletionProtectionEnabled"] is True
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert properties["BillingMode"] == "PAY_PER_REQUEST"


def test_cfn_lint_finds_no_error(packaged: Package) -> None:
    program = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [program, "--format", "parseable", str(packaged.template)], capture_output=True, text=True, check=False
    )

    assert [line for line in done.stdout.splitlines() if ":E" in line] == [], done.stdout


def _sources(translated: dict[str, Any], *, streams: bool) -> list[tuple[str, str, Mapping[str, Any]]]:
    """(logical id of the queue or table, of the function, the mapping's properties) of each event source."""
    found = []
    for item in translated["Resources"].values():
        if item["Type"] == "AWS::Lambda::EventSourceMapping":
            properties = item["Properties"]
            arn = properties["EventSourceArn"]
            is_stream = "Fn::GetAtt" in arn
            if is_stream == streams:
                name = arn["Fn::GetAtt"][0] if is_stream else arn["Fn::Sub"].removeprefix("${").removesuffix(".Arn}")
                found.append((name, properties["FunctionName"]["Ref"], properties))
    return found
