"""Where verdicts are handed to: one class a protocol behind one interface.

sink.py        a verdict on its way to the line, and what every sink promises
settings.py    [[sinks]] and [trigger_in] of config.toml
kinds.py       a section of config.toml becomes a sink; the only place that reads secrets from the environment
modbus.py      into the holding registers of a PLC
mqtt.py        as messages to a broker
opcua.py       into variables of a server
http.py        as JSON posted to a web server
loop.py        calls of a library that is asyncio's, from a thread that is not
csv_file.py    into a file a day

A sink knows verdicts and its receiver, nothing of the line, the ledger or the window: `station.delivery` reads the ledger
and calls it. Each file needs its library only when such a sink is configured.
"""
