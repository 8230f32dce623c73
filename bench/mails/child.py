"""What is measured in a process of its own: `python -m bench.mails.child memory 10000`, `... import boto3`.

Prints one number: MiB at the peak, or seconds of CPU.
"""

import importlib
import resource
import sys
from time import process_time


def main() -> None:
    """By the name in the first argument."""
    what, value = sys.argv[1:]
    if what == "memory":
        from bench.mails.run import Bench  # noqa: PLC0415 - its modules count

        Bench(int(value), bulk=True).send()
        # KiB on Linux: https://man7.org/linux/man-pages/man2/getrusage.2.html
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    started = process_time()
    if value == "boto3":
        import boto3  # noqa: PLC0415

        boto3.client("dynamodb", region_name="eu-west-1")
    else:
        importlib.import_module(value)
    print(process_time() - started)


if __name__ == "__main__":
    main()
