"""What MiniStack does not do by itself: tell its state, stream PartiQL writes and redeliver, end with us.

Started as a script by the Python of MiniStack's own environment, never imported by the service. It answers
`GET /_local/state` beside MiniStack's own paths, and it ends with its parent: the parent holds the other end of
its standard input, so even a killed parent leaves nothing behind. The attributes it uses are MiniStack's inner
ones: requirements-ministack.txt pins the version, and a test notices a change.
"""

import copy
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app as gateway
from ministack.core import iam_actions, lambda_runtime
from ministack.services import dynamodb, eventbridge, lambda_svc, sqs

PATH = "/_local/state"
# MiniStack waits 50 ms after every invocation for a first line of log, most of what a request costs here. Lines that
# come later show with the next invocation. (first line, quiet after a line, at most), seconds.
LOG_WAITS = (0.003, 0.002, 0.25)
PARTIQL = re.compile(
    r'\s*(INSERT|UPDATE|DELETE|SELECT)\b(?:.*?\bFROM|\s+INTO)?\s+"?([\w.-]+)"?', re.IGNORECASE | re.DOTALL
)
REDELIVERY_PAUSE = 0.2  # seconds; Lambda pauses longer
EVENTS_AT_ONCE = 3
SHUTDOWN_SECONDS = 8.0  # time to save the state before the whole process group is killed

logger = logging.getLogger("launch_ministack")
_started = 0
_started_lock = threading.Lock()


def queues() -> dict[str, int]:
    """Messages of each queue by name, hidden and delayed ones too."""
    return {str(key[-1]).rsplit("/", 1)[-1]: len(queue["messages"]) for key, queue in list(sqs._queues._data.items())}


def streams() -> dict[str, int]:
    """Records that each function has yet to read from a table's stream, by function name."""
    behind: dict[str, int] = {}
    for account, region, mapping in lambda_svc._iter_all_esms():
        table = stream_table(mapping["EventSourceArn"])
        if table is None:
            continue
        end = dynamodb.stream_end_position(table, account_id=account, region=region)
        start = dynamodb.stream_start_position(table, account_id=account, region=region)
        read = lambda_svc._dynamodb_stream_positions._data.get((account, region, mapping["UUID"]), start)
        behind[mapping["FunctionName"]] = max(0, end - max(start, read))
    return behind


def stream_table(arn: str) -> str | None:
    """The table of a stream's ARN; None for the ARN of anything else."""
    name, found, _ = arn.partition("/stream/")
    return name.rsplit("/", 1)[-1] if found and ":dynamodb:" in arn else None


def running() -> dict[str, int]:
    """Invocations that run now, by function name; those that wait to be tried again under "again"."""
    _, by_function = lambda_svc.executions_in_flight()
    found = {key.rsplit(":", 1)[-1]: count for key, count in by_function.items()}
    waiting = sum(map(is_async_delivery, threading.enumerate()))
    return found | ({"again": waiting} if waiting and not found else {})


def is_async_delivery(thread: threading.Thread) -> bool:
    """Whether a thread delivers an event to a function, with its retries."""
    called: Any = getattr(thread, "_args", ())
    return bool(called) and getattr(called[0], "__qualname__", "").startswith("invoke_async_with_retry.")


def state() -> dict[str, Any]:
    """All of it; `started` counts every invocation since the process began, so that none slips between two looks."""
    return {"queues": queues(), "streams": streams(), "running": running(), "started": _started}


def watch_invocations() -> None:
    """Count every invocation as it starts, and log what a failed one says: MiniStack is silent where nobody waits."""
    dispatch = lambda_svc._execute_function_dispatch

    def counted(function: Any, config: Any, *args: Any, **kwargs: Any) -> Any:
        global _started  # noqa: PLW0603 - one counter for one process
        with _started_lock:
            _started += 1
        result = dispatch(function, config, *args, **kwargs)
        if result.get("error"):
            logger.error("%s failed: %s\n%s", config["FunctionName"], result.get("body"), result.get("log", ""))
        return result

    lambda_svc._execute_function_dispatch = counted


def redeliver_streams() -> None:
    """Give stream records to functions as Lambda does.

    MiniStack takes a batch for read whenever the function returns, whatever `batchItemFailures` says, and repeats one
    that raised for hours. Lambda goes on from the first failed record, bisects, tries a bounded number of times, then
    puts what is left into the failure destination:
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    execute = lambda_svc._execute_function

    def executed(function: Any, event: Any) -> Any:
        mapping = stream_mapping(function, event)
        if mapping is None:
            return execute(function, event)
        runs = [event["Records"]]
        while runs:
            run = runs.pop(0)
            left, result = attempt(execute, function, run, mapping)
            middle = len(left) // 2
            if middle:
                runs[:0] = [left[:middle], left[middle:]]
            elif left:
                arn = mapping["EventSourceArn"]
                lambda_svc._send_ddb_stream_failure_record(
                    mapping, function, left, arn, result, "RetryAttemptsExhausted"
                )
        return {"body": {"batchItemFailures": []}}

    lambda_svc._execute_function = executed


def retry_events() -> None:
    """Let EventBridge start functions as AWS does: asynchronously, with their retries and failure destination.

    Few at once: each is a process here, and a hundred event files arrive within a second.
    """
    execute, few = lambda_svc._execute_function, threading.BoundedSemaphore(EVENTS_AT_ONCE)

    def executed(function: Any, event: Any) -> Any:
        if not isinstance(event, dict) or event.get("detail-type") != "Object Created":
            return execute(function, event)
        with few:
            return execute(function, event)

    def dispatch(arn: str, payload: str) -> None:
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            logger.error("EventBridge found no function %s", name)
            return
        lambda_svc.invoke_async_with_retry(
            lambda_svc._execution_record_for_config(function, config), json.loads(payload)
        )

    lambda_svc._execute_function = executed
    eventbridge._dispatch_to_lambda = dispatch


def stream_mapping(function: Any, event: Any) -> Any:
    """The event source mapping that delivers these records, if it bounds its retries; None for any other event."""
    records = event.get("Records") if isinstance(event, dict) else None
    if not records or records[0].get("eventSource") != "aws:dynamodb":
        return None
    name = (function.get("config") or function)["FunctionName"]
    for _, _, mapping in lambda_svc._iter_all_esms():
        is_ours = mapping["FunctionName"] == name and mapping["EventSourceArn"] == records[0]["eventSourceARN"]
        if is_ours and (mapping.get("MaximumRetryAttempts") or -1) > 0:
            return mapping
    return None


def attempt(execute: Callable[..., Any], function: Any, run: list[Any], mapping: Any) -> tuple[list[Any], Any]:
    """(what of a run is left, the last result): a single record is tried to the bound, more are left to be bisected."""
    tries = 1 + int(mapping["MaximumRetryAttempts"]) if len(run) == 1 else 1
    left, result = run, None
    for number in range(tries):
        if number:
            time.sleep(REDELIVERY_PAUSE)
        result = execute(function, {"Records": run})
        left = from_first_failure(run, result)
        if not left:
            break
    return left, result


def from_first_failure(run: list[Any], result: Any) -> list[Any]:
    """The records from the first failed one on; all of them where the function raised."""
    if result.get("error"):
        return run
    body = result.get("body")
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    failed = {str(failure.get("itemIdentifier")) for failure in failures or ()}
    for place, record in enumerate(run):
        if str(record["dynamodb"]["SequenceNumber"]) in failed:
            return run[place:]
    return run if failed else []  # an identifier that is none of ours fails the whole batch


def stream_partiql() -> None:
    """Put what PartiQL writes into the table's stream, as DynamoDB does; MiniStack does so for the other calls only."""
    dynamodb._partiql_insert = with_stream(dynamodb._partiql_insert, "INSERT")
    dynamodb._partiql_update = with_stream(dynamodb._partiql_update, "MODIFY")
    dynamodb._partiql_delete = with_stream(dynamodb._partiql_delete, "REMOVE")


def with_stream(write: Callable[..., Any], kind: str) -> Callable[..., Any]:
    """One kind of PartiQL write that leaves a record of its change."""

    def written(table: Any, parsed: Any, *rest: Any) -> Any:
        old = None if kind == "INSERT" else copy.deepcopy(stored_item(table, parsed))
        answer = write(table, parsed, *rest)
        new = None if kind == "REMOVE" else copy.deepcopy(stored_item(table, parsed))
        if answer[0] == 200 and old != new:
            dynamodb._emit_stream_event(table["TableName"], kind, old, new)
        return answer

    return written


def stored_item(table: Any, parsed: Any) -> Any:
    """The item that a statement addresses, as it is now; None where there is none."""
    item = parsed.get("item")
    if item is not None:
        item = item["M"] if set(item) == {"M"} else item
        sort_name = table["sk_name"]
        place = dynamodb._extract_key_val(item.get(table["pk_name"]))
        sort = dynamodb._extract_key_val(item.get(sort_name)) if sort_name else "__no_sort__"
    else:
        place, sort, _, _ = dynamodb._partiql_key_target(table, parsed)
    return table["items"].get(place, {}).get(sort)


def name_resources() -> None:
    """Where policies are enforced, see the resources that MiniStack does not: PartiQL's tables, SSM's parameters.

    AWS checks each statement as PartiQLInsert, -Update, -Delete or -Select on its table, and GetParameters on every
    parameter: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    """
    transaction_checks, resource_arn = iam_actions.dynamodb_transaction_checks, iam_actions.extract_resource_arn

    def checks(action: str, body: bytes, region: str, account: str) -> Any:
        if action not in {"dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement"}:
            return transaction_checks(action, body, region, account)
        request = json.loads(body)
        tables = f"arn:aws:dynamodb:{region}:{account}:table/"
        texts = [each["Statement"] for each in request.get("Statements", [request])]
        found = [each for each in map(PARTIQL.match, texts) if each is not None]
        return [(f"dynamodb:PartiQL{each[1].capitalize()}", tables + each[2]) for each in found]

    def named(service: str, *request: Any) -> Any:
        headers, body, region, account = request[2], request[3], request[5], request[6]
        if service == "ssm" and headers.get("x-amz-target") == "AmazonSSM.GetParameters":
            # One check for all: they lie below one path, and so does what the policies name.
            return f"arn:aws:ssm:{region}:{account}:parameter{os.path.commonprefix(json.loads(body)['Names'])}"
        return resource_arn(service, *request)

    def action(service: str, *request: Any) -> Any:
        # The batches of SQS are allowed by the action for one message.
        found = iam_actions_of(service, *request)
        return found.removesuffix("Batch") if service == "sqs" and found else found

    iam_actions.dynamodb_transaction_checks, iam_actions.extract_resource_arn = checks, named
    iam_actions_of, iam_actions.extract_iam_action = iam_actions.extract_iam_action, action


def with_state(inner: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The ASGI application of MiniStack with one more path."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await inner(scope, receive, send)
            return
        body = json.dumps(state()).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application


def end_with_parent() -> None:
    """Wait until the parent closes our standard input, then end this process and the functions it started."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SHUTDOWN_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    watch_invocations()
    retry_events()
    redeliver_streams()
    stream_partiql()
    name_resources()
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = LOG_WAITS
    gateway.app = with_state(gateway.app)
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.argv = sys.argv[:1]
    gateway.main()
