# An assistant's client that nobody here wrote drives the tools, over standard input and output and over HTTP, by the protocol's handshake and
# by its newer way without one.
import json

from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

from checks import holds, same

MODES = ["legacy", "auto"]


async def over_http(place, checks):
    token = place.token(name="assistant", read="true", write="true", people="true")
    for mode in MODES:
        async with create_mcp_http_client(headers={"authorization": f"Bearer {token}"}) as http:
            wire = streamable_http_client(f"{place.origin}/mcp", http_client=http)
            await talk(wire, mode, f"/mcp, {mode}", checks)
    reads = place.token(name="assistant that reads", read="true")
    await checks.check("/mcp: a token that only reads writes nothing", lambda: only_reads(place, reads))
    await checks.check("/mcp: nobody comes in without a token", lambda: nobody(place, {}))
    await checks.check("/mcp: nobody comes in with a made-up token", lambda: nobody(place, {"authorization": "Bearer mst_0"}))


async def over_pipes(place, checks):
    for mode in MODES:
        started = StdioServerParameters(command=place.program, args=["mcp", "--data", place.data])
        await talk(stdio_client(started), mode, f"mainstay mcp, {mode}", checks)


async def talk(wire, mode, name, checks):
    """What an assistant does, over one connection."""
    async def begun():
        client = Client(wire, mode=mode, raise_exceptions=True)
        return await client.__aenter__()

    client = await checks.check(f"{name}: the client connects", begun)
    if client is None:
        return
    try:
        for about, work in SAYS:
            await checks.check(f"{name}: {about}", lambda work=work: work(client))
    finally:
        await client.__aexit__(None, None, None)


async def presents_itself(client):
    same(client.server_info.name, "mainstay", "name")
    holds(client.server_capabilities.tools is not None, "no tools are offered")
    holds(client.server_capabilities.resources is not None, "no resources are offered")
    holds("never who is better" in client.instructions, "the instructions do not say what names are for")


async def lists_tools(client):
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    for name in ["code_quality", "code_quality.set_goal", "deep_expertise", "list_records", "get_record", "put_record", "sql"]:
        holds(name in tools, f"there is no tool {name}")
        same(tools[name].input_schema["type"], "object", name)
        holds(tools[name].description, f"{name} has no description")
    same(tools["code_quality"].annotations.read_only_hint, True, "code_quality only reads")
    same(tools["put_record"].annotations.read_only_hint, False, "put_record only reads")


async def a_practice_answers(client):
    done = await called(client, "code_quality", {})
    holds(done.content[0].text.strip(), "no sentence")
    holds(done.structured_content, "no view")


async def sql_answers(client):
    done = await called(client, "sql", {"query": "select count(*) as n from commits"})
    holds(done.structured_content["rows"][0]["n"] > 0, "no commits")


async def a_record_is_written_and_read(client):
    note = {"kind": "note", "title": "Said by an assistant", "audience": "author", "body": {"text": "Ask again on Monday."}}
    made = (await called(client, "put_record", note)).structured_content["record"]
    read = (await called(client, "get_record", {"kind": "note", "id": made["id"]})).structured_content
    same(read["body"]["text"], "Ask again on Monday.", "text")
    listed = (await called(client, "list_records", {"kind": "note"})).structured_content["records"]
    holds(made["id"] in [record["id"] for record in listed], "the note is not listed")
    changed = {**note, "id": made["id"], "version": made["version"], "body": {"text": "Ask again on Tuesday."}}
    done = (await called(client, "put_record", changed)).structured_content
    same((done["what"], done["record"]["version"]), ("changed", made["version"] + 1), "the next version")
    stale = await client.call_tool("put_record", changed)
    holds(stale.is_error, "an old version was overwritten")


async def resources_are_read(client):
    resources = (await client.list_resources()).resources
    uris = [str(resource.uri) for resource in resources]
    holds("mainstay://kinds" in uris, "the kinds are no resource")
    kinds = json.loads((await client.read_resource("mainstay://kinds")).contents[0].text)
    holds("note" in [kind["kind"] for kind in kinds], "no kind `note`")
    record = next(uri for uri in uris if uri.startswith("mainstay://records/note/"))
    read = json.loads((await client.read_resource(record)).contents[0].text)
    same(read["kind"], "note", record)
    templates = (await client.list_resource_templates()).resource_templates
    same([template.uri_template for template in templates], ["mainstay://records/{kind}/{id}"], "templates")


async def what_is_wrong_is_said(client):
    for name, arguments, says in [
        ("code_quality", {"nothing": 1}, "nothing"),
        ("sql", {"query": "delete from commits"}, ""),
        ("get_record", {"kind": "note", "id": "0199a1b2-0000-7000-8000-000000000000"}, "note"),
        ("put_record", {"kind": "note", "title": "x", "body": {"txt": "y"}}, "text"),
        ("no_such_tool", {}, "no_such_tool"),
    ]:
        try:
            refused = await client.call_tool(name, arguments)
        except MCPError as error:
            raise AssertionError(f"{name}: an error of the protocol, not of the tool: {error}") from error
        holds(refused.is_error, f"{name} took {arguments}")
        holds(says in refused.content[0].text, f"{name} says: {refused.content[0].text}")
    for uri in ["mainstay://records/note/none", "mainstay://nothing"]:
        try:
            await client.read_resource(uri)
        except MCPError:
            continue
        raise AssertionError(f"{uri} was read")
    await sql_answers(client)


async def called(client, name, arguments):
    done = await client.call_tool(name, arguments)
    holds(not done.is_error, f"{name}: {done.content[0].text if done.content else 'refused'}")
    return done


async def only_reads(place, token):
    async with create_mcp_http_client(headers={"authorization": f"Bearer {token}"}) as http:
        async with Client(streamable_http_client(f"{place.origin}/mcp", http_client=http)) as client:
            await called(client, "list_records", {"kind": "note"})
            refused = await client.call_tool("put_record", {"kind": "note", "title": "x", "body": {"text": "y"}})
            holds(refused.is_error, "it wrote")


async def nobody(place, headers):
    try:
        async with create_mcp_http_client(headers=headers) as http:
            async with Client(streamable_http_client(f"{place.origin}/mcp", http_client=http)) as client:
                await client.list_tools()
    except Exception:  # noqa: BLE001 - the client has several errors for being refused
        return
    raise AssertionError("the tools were listed")


SAYS = [
    ("the server presents itself", presents_itself),
    ("tools are listed", lists_tools),
    ("a practice answers", a_practice_answers),
    ("a question in SQL is answered", sql_answers),
    ("a record is written, read and changed", a_record_is_written_and_read),
    ("resources are listed and read", resources_are_read),
    ("what is wrong is said, and the connection lives", what_is_wrong_is_said),
]
