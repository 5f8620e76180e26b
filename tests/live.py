"""Notebooks run over REST and websocket by a live server, as a browser runs them."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.request import Request, urlopen

from tornado.websocket import websocket_connect


class Live:
    """A server at an address, with its token: sessions, kernels, cells."""

    def __init__(self, address, token):
        self.address, self.token = address, token

    def rest(self, path, body=None, method="GET"):
        """What the server answers: its status, and the JSON or the text."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        with urlopen(
            Request(self.address + path, data, headers, method=method), timeout=60
        ) as answer:
            text = answer.read().decode()
            kind = answer.headers.get("Content-Type", "")
            return answer.status, json.loads(text) if text and "json" in kind else text

    def open(self, book):
        """A session with a fresh kernel for a notebook, as opening it makes."""
        session = {"path": book, "type": "notebook", "name": book, "kernel": {"name": "python3"}}
        return self.rest("/api/sessions", session, "POST")[1]

    def close(self, session):
        """End the session and its kernel."""
        self.rest(f"/api/sessions/{session['id']}", method="DELETE")

    def run(self, session, sources, until=lambda output: False):
        """The outputs of each source, run one after the other; stops early at an output that is looked for.

        Raises AssertionError where a cell fails, with what it says.
        """
        # In a thread of its own: where a browser test ran before, its loop still runs in this one.
        with ThreadPoolExecutor(1) as thread:
            work = self._run(session["kernel"]["id"], sources, until)
            return thread.submit(asyncio.run, work).result()

    async def _run(self, kernel, sources, until):
        address = f"{self.address.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?token={self.token}"
        socket = await websocket_connect(address, max_message_size=10**8)
        every = []
        try:
            for source in sources:
                asked = await self._ask(socket, source)
                outputs, replied, idle = [], False, False
                every.append(outputs)
                while not (replied and idle):
                    message = json.loads(await asyncio.wait_for(socket.read_message(), 120))
                    if message["parent_header"].get("msg_id") != asked:
                        continue
                    kind, content = message["msg_type"], message["content"]
                    if kind == "execute_reply":
                        assert content["status"] == "ok", f"{source}\n{content}"
                        replied = True
                    elif kind == "status":
                        idle = content["execution_state"] == "idle"
                    elif kind in ("stream", "display_data", "execute_result", "error"):
                        outputs.append({"output_type": kind} | content)
                        if until(outputs[-1]):
                            return every
        finally:
            socket.close()
        return every

    async def _ask(self, socket, source):
        asked = uuid.uuid4().hex
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "allow_stdin": False,
            "stop_on_error": True,
        }
        header = {
            "msg_id": asked,
            "msg_type": "execute_request",
            "session": "live",
            "username": "",
            "version": "5.3",
        }
        header["date"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
        }
        await socket.write_message(json.dumps(message))
        return asked


def text(outputs):
    """All that the outputs of a cell say, as plain text."""
    return "\n".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs)
