"""Cut a Python process off from every address but its own machine, and write down what it tried to reach."""

import os
import sys

HERE = {"127.0.0.1", "localhost", "::1", "", "0.0.0.0", None}


def _guard(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in HERE and not str(host).startswith("127."):
        with open(os.environ.get("TAOBAOLAB_ATTEMPTS", os.devnull), "a") as log:
            log.write(f"{host}\n")
        raise OSError(f"The network is cut in tests; this reached for {host}.")


sys.addaudithook(_guard)
