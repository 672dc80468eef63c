"""Makes avro.json and protobuf.json: payloads written by the reference libraries, with what they hold.

pip install fastavro protobuf grpcio-tools; python make.py. Made with fastavro 1.13.1 and protobuf 7.36.2.
"""
import base64
import io
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent

# ---- Avro

AVRO_SCHEMA = {
    "type": "record", "name": "Order", "namespace": "shop.v1", "fields": [
        {"name": "id", "type": "long"},
        {"name": "count", "type": "int"},
        {"name": "ok", "type": "boolean"},
        {"name": "ratio", "type": "float"},
        {"name": "price", "type": "double"},
        {"name": "name", "type": "string"},
        {"name": "blob", "type": "bytes"},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "PAID", "SENT"]}},
        {"name": "previous", "type": ["null", "State"], "default": None},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "at_us", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "note", "type": ["string", "null"]},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "sizes", "type": ["null", {"type": "array", "items": ["null", "int"]}]},
        {"name": "buyer", "type": {"type": "record", "name": "Person", "fields": [
            {"name": "name", "type": "string"},
            {"name": "age", "type": ["null", "int"]},
            {"name": "address", "type": ["null", {"type": "record", "name": "Address", "fields": [
                {"name": "city", "type": "string"}, {"name": "zip", "type": ["null", "string"]}]}]},
            {"name": "friend", "type": ["null", "shop.v1.Person"]},
        ]}},
        {"name": "labels", "type": {"type": "map", "values": "long"}},
        {"name": "any", "type": ["null", "long", "string", "shop.v1.Address"]},
    ],
}
AVRO_RECORDS = [
    dict(id=2**62, count=-7, ok=True, ratio=0.5, price=12.25, name="pläne", blob=b"\x00\xff", hash=b"abcd", state="PAID", previous="NEW",
         at=1700000000123, at_us=1700000000123000, day=19675, note="hi", tags=["a", "b"], sizes=[1, None, -3],
         buyer=dict(name="Ann", age=40, address=dict(city="Bonn", zip=None), friend=dict(name="Bo", age=None, address=None, friend=None)),
         labels={"x": 1, "y": -2}, any="text"),
    dict(id=-1, count=2**31 - 1, ok=False, ratio=-1.0, price=-0.0, name="", blob=b"", hash=b"\0\0\0\0", state="SENT", previous=None,
         at=-1, at_us=None, day=-1, note=None, tags=[], sizes=None, buyer=dict(name="Cy", age=None, address=None, friend=None), labels={}, any=None),
    dict(id=0, count=0, ok=False, ratio=0.0, price=1e300, name="x" * 200, blob=b"y" * 100, hash=b"1234", state="NEW", previous="SENT",
         at=0, at_us=-1000, day=0, note="", tags=[""] * 70, sizes=[], buyer=dict(name="", age=0, address=dict(city="", zip="1"), friend=None),
         labels={"é": 2**40}, any=("shop.v1.Address", dict(city="Rom", zip=None))),
]


def avro():
    import fastavro
    schema = fastavro.parse_schema(json.loads(json.dumps(AVRO_SCHEMA)))
    payloads = []
    for r in AVRO_RECORDS:
        out = io.BytesIO()
        fastavro.schemaless_writer(out, schema, r)
        payloads.append(out.getvalue())

    def b(x):
        return base64.b64encode(x).decode()

    def row(r):
        any_ = r["any"][1] if isinstance(r["any"], tuple) else r["any"]
        buyer = r["buyer"]
        address = buyer["address"] or {}
        return {
            **{k: r[k] for k in ("id", "count", "ok", "ratio", "price", "name", "state", "previous", "at", "note", "tags", "sizes", "labels")},
            "blob": b(r["blob"]), "hash": b(r["hash"]), "at_us": None if r["at_us"] is None else r["at_us"] // 1000,
            "day": r["day"] * 86400000, "any": any_,
            "buyer.name": buyer["name"], "buyer.age": buyer["age"], "buyer.address.city": address.get("city"),
            "buyer.address.zip": address.get("zip"), "buyer.friend": buyer["friend"],
        }
    save("avro.json", {"schema": AVRO_SCHEMA, "rows": [{"hex": p.hex(), "columns": row(r)} for p, r in zip(payloads, AVRO_RECORDS)]})


# ---- Protobuf

PROTO3 = """
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
enum State { NEW = 0; PAID = 1; SENT = 5; }
message Address { string city = 1; optional string zip = 2; }
message Person { string name = 1; int32 age = 2; Address address = 3; Person friend = 4; }
message Order {
  int64 i64 = 1; int32 i32 = 2; uint64 u64 = 3; uint32 u32 = 4; sint64 s64 = 5; sint32 s32 = 6;
  fixed64 f64 = 7; fixed32 f32 = 8; sfixed64 sf64 = 9; sfixed32 sf32 = 10;
  double d = 11; float f = 12; bool b = 13; string s = 14; bytes y = 15;
  State state = 16; optional int32 maybe = 17;
  oneof one { string left = 18; int64 right = 19; }
  Person buyer = 20;
  google.protobuf.Timestamp at = 21;
  repeated int32 packed = 22; repeated sint64 loose = 23 [packed = false]; repeated string tags = 24; repeated State states = 25;
  repeated double doubles = 26;
  repeated Address stops = 27; map<string, int64> labels = 28;
  int64 last = 2000;
}
"""
PROTO2 = """
syntax = "proto2";
package old;
message Row { required int64 id = 1; optional string name = 2; optional int32 n = 3 [default = 7]; repeated int32 list = 4;
  optional group Extra = 5 { optional int32 x = 6; } optional bool flag = 7; }
"""


def protobuf():
    from grpc_tools import protoc
    import grpc_tools
    include = str(pathlib.Path(grpc_tools.__file__).parent / "_proto")
    with tempfile.TemporaryDirectory() as d:
        d = pathlib.Path(d)
        (d / "shop.proto").write_text(PROTO3)
        (d / "old.proto").write_text(PROTO2)
        assert protoc.main(["", f"-I{d}", f"-I{include}", f"--python_out={d}", f"--descriptor_set_out={d}/set.pb", "--include_imports",
                            "shop.proto", "old.proto"]) == 0
        sys.path.insert(0, str(d))
        import shop_pb2 as p3
        import old_pb2 as p2
        descriptors = (d / "set.pb").read_bytes()
    full = p3.Order(
        i64=-5, i32=-6, u64=2**63 - 1, u32=2**32 - 1, s64=-(2**40), s32=-3, f64=2**40, f32=2**31, sf64=-1, sf32=-2, d=1.5, f=-0.25, b=True,
        s="pläne", y=b"\x00\xff", state=p3.SENT, maybe=0, right=9,
        buyer=p3.Person(name="Ann", age=40, address=p3.Address(city="Bonn", zip=""), friend=p3.Person(name="Bo")),
        packed=[1, -1, 300], loose=[-7, 8], tags=["a", "", "é"], states=[p3.PAID, p3.SENT], doubles=[0.5, -2.0],
        stops=[p3.Address(city="Rom"), p3.Address()], labels={"x": -1}, last=77)
    full.at.FromMilliseconds(1700000000123)
    empty = p3.Order()
    zeros = dict(i64=0, i32=0, u64=0, u32=0, s64=0, s32=0, f64=0, f32=0, sf64=0, sf32=0, d=0.0, f=0.0, b=False, s="", y="", state="NEW",
                 maybe=None, left=None, right=None, packed=[], loose=[], tags=[], states=[], doubles=[], stops=[], labels={}, last=0, at=None)
    none = {"buyer.name": None, "buyer.age": None, "buyer.address.city": None, "buyer.address.zip": None, "buyer.friend": None}
    left = p3.Order(left="", buyer=p3.Person(address=p3.Address()))
    # Two messages one after the other are their merger: that is how the format is defined.
    merged = p3.Order(i64=1, buyer=p3.Person(name="x", age=1)).SerializeToString() + p3.Order(i64=2, buyer=p3.Person(age=2)).SerializeToString()
    rows3 = [
        (full.SerializeToString(), dict(
            i64=-5, i32=-6, u64=2**63 - 1, u32=2**32 - 1, s64=-(2**40), s32=-3, f64=2**40, f32=2**31, sf64=-1, sf32=-2, d=1.5, f=-0.25, b=True,
            s="pläne", y="AP8=", state="SENT", maybe=0, left=None, right=9, at=1700000000123, packed=[1, -1, 300], loose=[-7, 8],
            tags=["a", "", "é"], states=["PAID", "SENT"], doubles=[0.5, -2.0], stops=[{"city": "Rom"}, {"city": ""}], labels={"x": -1}, last=77,
            **{"buyer.name": "Ann", "buyer.age": 40, "buyer.address.city": "Bonn", "buyer.address.zip": "",
               "buyer.friend": {"name": "Bo", "age": 0}})),
        (empty.SerializeToString(), {**zeros, **none}),
        (left.SerializeToString(), {**zeros, **none, "left": "", "buyer.name": "", "buyer.age": 0, "buyer.address.city": ""}),
        (merged, {**zeros, **none, "i64": 2, "buyer.name": "x", "buyer.age": 2}),
    ]
    r = p2.Row(id=3, list=[1, 2], flag=False)
    r.extra.x = 5
    rows2 = [
        (r.SerializeToString(), {"id": 3, "name": None, "n": None, "list": [1, 2], "flag": False}),
        (p2.Row(id=4, name="n", n=8).SerializeToString(), {"id": 4, "name": "n", "n": 8, "list": [], "flag": None}),
    ]
    save("protobuf.json", {
        "descriptors": base64.b64encode(descriptors).decode(),
        "messages": [{"message": m, "rows": [{"hex": p.hex(), "columns": c} for p, c in rows]}
                     for m, rows in (("shop.v1.Order", rows3), ("old.Row", rows2))],
    })


def save(name, what):
    (HERE / name).write_text(json.dumps(what, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    avro()
    protobuf()
