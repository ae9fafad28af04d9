-- Catenet's own protocols for Wireshark: the mesh on which replicas speak Raft or Multi-Paxos, and the store's clients.
--
--   wireshark -X lua_script:catenet.lua LINK.pcapng
--
-- Display filters: catenet_mesh.type == "AppendEntries", catenet_mesh.term >= 3, catenet_store.type == "Read".  Ports and
-- the protocol of agreement can be changed in the preferences of CATENET_MESH and CATENET_STORE.

local mesh = Proto("catenet_mesh", "Catenet mesh")
local store = Proto("catenet_store", "Catenet store")

mesh.prefs.port = Pref.uint("Port", MESH_PORT, "TCP and UDP port on which nodes hear each other")
mesh.prefs.agreement = Pref.enum("Protocol", 0, "What the nodes speak",
    { { 1, "as it fits", 0 }, { 2, "Raft", 1 }, { 3, "Multi-Paxos", 2 } }, false)
store.prefs.port = Pref.uint("Port", CLIENT_PORT, "TCP port on which the store hears its clients")

local f = {
    length = ProtoField.uint32("catenet_mesh.length", "Length"),
    channel = ProtoField.uint32("catenet_mesh.channel", "Group"),
    node = ProtoField.uint32("catenet_mesh.node", "Node"),
    type = ProtoField.string("catenet_mesh.type", "Type"),
    entry = ProtoField.bytes("catenet_mesh.entry", "Entry"),
    hello = ProtoField.string("catenet_mesh.hello", "Greeting"),
    octets = ProtoField.bytes("catenet_mesh.octets", "Octets"),
}
for _, name in ipairs(NUMBERS) do f["_" .. name] = ProtoField.uint64("catenet_mesh." .. name, name) end
mesh.fields = f

local s = {
    length = ProtoField.uint32("catenet_store.length", "Length"),
    type = ProtoField.string("catenet_store.type", "Type"),
    number = ProtoField.uint64("catenet_store.number", "Number"),
    value = ProtoField.bytes("catenet_store.value", "Value"),
}
store.fields = s

local unknown = ProtoExpert.new("catenet_mesh.unknown", "Not a message of this protocol", expert.group.UNDECODED,
    expert.severity.NOTE)
mesh.experts = { unknown }

-- Numbers in groups of seven bits, least first.  The number and the offset after it; nil where it is cut off.
local function varint(octets, at, limit)
    local value, big, shift = 0, nil, 0
    while at < limit and shift < 64 do
        local octet = octets:get_index(at)
        local bits = octet % 128
        at = at + 1
        if shift < 49 then
            value = value + bits * 2 ^ shift
        else
            big = (big or UInt64.new(value % 2 ^ 32, math.floor(value / 2 ^ 32))) + UInt64.new(bits):lshift(shift)
        end
        if octet < 128 then return big or value, at end
        shift = shift + 7
    end
    return nil, at
end

-- Goes through a message's fields and calls visit(name, kind, start, stop, value).  The offset after it, or nil.
local walkers = {}

local function walk(octets, at, limit, fields, visit)
    for _, field in ipairs(fields) do
        at = walkers[field[2]](octets, at, limit, field[1], visit)
        if not at then return nil end
    end
    return at
end

function walkers.number(octets, at, limit, name, visit)
    local value, stop = varint(octets, at, limit)
    if not value then return nil end
    visit(name, "number", at, stop, value)
    return stop
end

walkers.flag = walkers.number

function walkers.octets(octets, at, limit, name, visit)
    local count, start = varint(octets, at, limit)
    if type(count) ~= "number" or start + count > limit then return nil end
    visit(name, "octets", start, start + count, count)
    return start + count
end

function walkers.entries(octets, at, limit, name, visit)
    local count, start = varint(octets, at, limit)
    if type(count) ~= "number" then return nil end
    visit(name, "count", at, start, count)
    for _ = 1, count do
        local found = {}
        local stop = walk(octets, start, limit, ENTRY, function(_, _, _, _, value) found[#found + 1] = value end)
        if not stop then return nil end
        visit("entry", "entry", start, stop, found)
        start = stop
    end
    return start
end

function walkers.membership(octets, at, limit, name, visit)
    for _, group in ipairs(GROUPS) do
        local count, start = varint(octets, at, limit)
        if type(count) ~= "number" then return nil end
        local members = {}
        for _ = 1, count do
            local member
            member, start = varint(octets, start, limit)
            if not member then return nil end
            members[#members + 1] = tostring(member)
        end
        visit(group, "list", at, start, table.concat(members, ", "))
        at = start
    end
    return walkers.number(octets, at, limit, "auto_leave", visit)
end

local function nothing() end

-- The kind of a message in a table, and where its fields begin; nil if its octets do not fit.
local function fitting(octets, at, limit, kinds)
    local kind, start = varint(octets, at, limit)
    local found = kinds[kind]
    if not found then return nil end
    local stop = walk(octets, start, limit, HEADER, nothing)
    stop = stop and walk(octets, stop, limit, found[2], nothing)
    if stop ~= limit then return nil end
    return found, start
end

local function agreement(octets, at, limit)
    local chosen = mesh.prefs.agreement
    for number, each in ipairs({ { "Raft", RAFT }, { "Multi-Paxos", PAXOS } }) do
        if chosen == 0 or chosen == number then
            local found, start = fitting(octets, at, limit, each[2])
            if found then return each[1], found, start end
        end
    end
    local found, start = fitting(octets, at, limit, ELECTOR)
    return "Ballot election", found, start
end

local function whole(value)
    return type(value) == "number" and string.format("%.0f", value) or tostring(value)
end

local function uint64(value)
    if type(value) ~= "number" then return value end
    return UInt64.new(value % 2 ^ 32, math.floor(value / 2 ^ 32))
end

-- One message of consensus; what the packet list says of it.
local function message(tvb, at, tree, pinfo)
    local octets, limit = tvb:bytes(), tvb:len()
    local protocol, found, start = agreement(octets, at, limit)
    if not found then
        tree:add(f.octets, tvb(at)):add_proto_expert_info(unknown)
        return "octets that are no message of consensus"
    end
    tree:add(f.type, tvb(at, start - at), found[1])
    local told = {}
    local function visit(name, kind, from, stop, value)
        if kind == "number" then
            tree:add(f["_" .. name], tvb(from, stop - from), uint64(value))
            if INFO_FIELDS[name] then told[#told + 1] = name .. " " .. whole(value) end
        elseif kind == "count" then
            told[#told + 1] = whole(value) .. (value == 1 and " entry" or " entries")
        elseif kind == "entry" then
            local text = string.format("Entry %s of term %s, kind %s: %s octets", whole(value[2]), whole(value[1]),
                whole(value[3]), whole(value[4]))
            tree:add(f.entry, tvb(from, stop - from)):set_text(text)
        elseif kind == "octets" and stop > from then
            tree:add(f.octets, tvb(from, stop - from)):set_text(name .. ": " .. whole(value) .. " octets")
        elseif kind == "list" then
            tree:add(tvb(from, stop - from), name .. ": " .. value)
        end
    end
    walk(octets, walk(octets, start, limit, HEADER, visit), limit, found[2], visit)
    pinfo.cols.protocol = protocol
    return found[1] .. " " .. table.concat(told, ", ")
end

local shown = {}

-- Several messages may stand in one frame: all of them are told.
local function tell(pinfo, protocol, text)
    if shown.number ~= pinfo.number or shown.protocol ~= protocol then
        shown = { number = pinfo.number, protocol = protocol }
        pinfo.cols.info = text
    else
        pinfo.cols.info:append("; " .. text)
    end
end

local function is_hello(tvb, offset)
    return tvb:len() - offset >= #HELLO and tvb(offset, #HELLO):string() == HELLO
end

-- A capture may begin in the middle of a connection, and so in the middle of a message: then no length is to be had.
local function mesh_length(tvb, _, offset)
    if is_hello(tvb, offset) then return #HELLO + 4 end
    local channel, length = tvb(offset, 4):uint(), tvb(offset + 4, 4):uint()
    return (length > MAX_OCTETS or channel > 0xffff) and tvb:len() - offset or length + 8
end

local function store_length(tvb, _, offset)
    local length = tvb(offset, 4):uint()
    return length > MAX_STORE_OCTETS and tvb:len() - offset or length + 4
end

local function mesh_pdu(tvb, pinfo, tree)
    pinfo.cols.protocol = "Catenet mesh"
    local below = tree:add(mesh, tvb())
    if is_hello(tvb, 0) then
        below:add(f.hello, tvb(0, #HELLO))
        below:add(f.node, tvb(#HELLO, 4))
        tell(pinfo, "mesh", "hello from node " .. tvb(#HELLO, 4):uint())
    elseif tvb:len() < 8 or tvb(4, 4):uint() + 8 ~= tvb:len() then
        below:append_text(", part of a message that began before the capture")
    else
        below:add(f.channel, tvb(0, 4))
        below:add(f.length, tvb(4, 4))
        tell(pinfo, "mesh", "group " .. tvb(0, 4):uint() .. ": " .. message(tvb, 8, below, pinfo))
    end
    return tvb:len()
end

function mesh.dissector(tvb, pinfo, tree)
    if pinfo.port_type == 3 then -- UDP: a datagram is a message
        if tvb:len() < 8 then return 0 end
        local below = tree:add(mesh, tvb())
        below:add(f.node, tvb(0, 4))
        below:add(f.channel, tvb(4, 4))
        tell(pinfo, "mesh", "group " .. tvb(4, 4):uint() .. ": " .. message(tvb, 8, below, pinfo))
        return tvb:len()
    end
    dissect_tcp_pdus(tvb, tree, 8, mesh_length, mesh_pdu)
    return tvb:len()
end

-- MessagePack.  Shows a value under a name, as the struct that its type says, and gives its text and what is after it.
local show

local SIZES = { [0xcc] = 1, [0xcd] = 2, [0xce] = 4, [0xcf] = 8, [0xd0] = 1, [0xd1] = 2, [0xd2] = 4, [0xd3] = 8 }
local LENGTHS = { [0xc4] = 1, [0xc5] = 2, [0xc6] = 4, [0xd9] = 1, [0xda] = 2, [0xdb] = 4 }
local COUNTS = { [0xdc] = 2, [0xdd] = 4, [0xde] = 2, [0xdf] = 4 }

-- What begins at an offset: its sort, its size or count, and where its content begins; nil for what is not understood.
local function head_of(tvb, at)
    local first = tvb(at, 1):uint()
    if first < 0x80 or first >= 0xe0 then return "number", 0, at + 1 end
    if first < 0x90 then return "map", first - 0x80, at + 1 end
    if first < 0xa0 then return "array", first - 0x90, at + 1 end
    if first < 0xc0 then return "octets", first - 0xa0, at + 1 end
    if first == 0xc0 or first == 0xc2 or first == 0xc3 then return "constant", 0, at + 1 end
    if SIZES[first] then return "number", SIZES[first], at + 1 end
    if LENGTHS[first] then return "octets", tvb(at + 1, LENGTHS[first]):uint(), at + 1 + LENGTHS[first] end
    if COUNTS[first] then
        return first >= 0xde and "map" or "array", tvb(at + 1, COUNTS[first]):uint(), at + 1 + COUNTS[first]
    end
    return nil
end

local function number_text(tvb, at, size)
    local first = tvb(at, 1):uint()
    if size == 0 then return tostring(first < 0x80 and first or first - 256) end
    local range = tvb(at + 1, size)
    if first >= 0xd0 then return tostring(size == 8 and range:int64() or range:int()) end
    return tostring(size == 8 and range:uint64() or range:uint())
end

local function octets_text(tvb, at, size)
    if size == 0 then return '""' end
    local text = tvb(at, math.min(size, 40)):raw()
    if text:find("[^\32-\126]") then return size .. " octets" end
    return '"' .. text .. (size > 40 and "..." or "") .. '"'
end

-- The struct that an array is: of a union, by its first element.
local function struct_of(tvb, at, kind)
    local union = UNIONS[kind]
    if not union then return STRUCTS[kind], false end
    local sort, size = head_of(tvb, at)
    local tag = sort == "number" and tonumber(number_text(tvb, at, size))
    return STRUCTS[union[tag]], true
end

local function show_array(tvb, at, count, tree, name, kind)
    local struct, tagged = struct_of(tvb, at, kind)
    local below = tree:add(tvb(at), name .. (struct and ": " .. struct.name or ""))
    if struct and UNIONS[kind] then below:add(s.type, tvb(at, 1), struct.name):set_hidden(true) end
    local told = {}
    for place = 1, count do
        local field = struct and struct.fields[tagged and place - 1 or place]
        local text
        if tagged and place == 1 then
            local sort, size, start = head_of(tvb, at)
            at = start + (sort == "number" and size or 0)
        else
            text, at = show(tvb, at, below, field and field[1] or tostring(place), field and field[2] or "any")
            if not at then return nil end
            told[#told + 1] = text
        end
    end
    local text = table.concat(told, " ", 1, math.min(#told, 4)) .. (#told > 4 and " ..." or "")
    return (struct and struct.name .. " " or "") .. text, at
end

local function show_map(tvb, at, count, tree, name)
    local below = tree:add(tvb(at), name .. ": " .. count .. " pairs")
    for _ = 1, count do
        local key
        key, at = show(tvb, at, below, "key", "any")
        if not at then return nil end
        _, at = show(tvb, at, below, key, "any")
        if not at then return nil end
    end
    return count .. " pairs", at
end

function show(tvb, at, tree, name, kind)
    if at >= tvb:len() then return nil end
    local sort, size, start = head_of(tvb, at)
    if sort == "array" then return show_array(tvb, start, size, tree, name, kind) end
    if sort == "map" then return show_map(tvb, start, size, tree, name) end
    if not sort or start + size > tvb:len() then return nil end
    local text
    if sort == "number" then
        text = number_text(tvb, at, size)
    elseif sort == "octets" then
        text = octets_text(tvb, start, size)
    else
        text = ({ [0xc0] = "nil", [0xc2] = "false", [0xc3] = "true" })[tvb(at, 1):uint()]
    end
    tree:add(tvb(at, start + size - at), name .. ": " .. text)
    return text, start + size
end

local function store_pdu(tvb, pinfo, tree)
    pinfo.cols.protocol = "Catenet store"
    local below = tree:add(store, tvb())
    if tvb:len() < 6 or tvb(0, 4):uint() + 4 ~= tvb:len() then
        below:append_text(", part of a message that began before the capture")
        return tvb:len()
    end
    below:add(s.length, tvb(0, 4))
    local kind = pinfo.dst_port == store.prefs.port and "Call" or "CallReply"
    local fine, text = pcall(function() return (show(tvb, 4, below, kind, kind)) end)
    tell(pinfo, "store", fine and text or kind .. " that is not understood")
    return tvb:len()
end

function store.dissector(tvb, pinfo, tree)
    dissect_tcp_pdus(tvb, tree, 4, store_length, store_pdu)
    return tvb:len()
end

local ports = {}

local function register()
    local tcp, udp = DissectorTable.get("tcp.port"), DissectorTable.get("udp.port")
    if ports.mesh then
        tcp:remove(ports.mesh, mesh)
        udp:remove(ports.mesh, mesh)
        tcp:remove(ports.store, store)
    end
    ports = { mesh = mesh.prefs.port, store = store.prefs.port }
    tcp:add(ports.mesh, mesh)
    udp:add(ports.mesh, mesh)
    tcp:add(ports.store, store)
end

mesh.prefs_changed = register
store.prefs_changed = register
register()
