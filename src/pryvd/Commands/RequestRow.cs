using System.Globalization;
using Google.Protobuf;
using Pryv.Consensus;
using Pryvd.Model.Rows;
using Wire = Pryv.Internal.V1;

namespace Pryvd.Commands;

/// <summary>A row of table requests: what a request was answered, under the index of its command.</summary>
public static class RequestRow
{
    public static string Key(LogIndex index) => index.Value.ToString("D19", CultureInfo.InvariantCulture);

    public static LogIndex IndexOf(string key) => new(long.Parse(key, CultureInfo.InvariantCulture));

    public static byte[] Write(string requestId, Wire.CommandReply reply) => new CanonicalJson()
        .Text("id", requestId)
        .Text("code", reply.Code)
        .Text("message", reply.Message)
        .Number("index", reply.Index)
        .Numbers("versions", reply.Versions)
        .Bytes("node", reply.Node?.ToByteString() ?? ByteString.Empty)
        .End();

    public static Wire.CommandReply Read(string key, string json) => RowReader.Read(key, json, row => new Wire.CommandReply
    {
        Code = row.Text("code"),
        Message = row.Text("message"),
        Index = row.Number("index"),
        Versions = { row.Numbers("versions") },
        Node = row.Bytes("node") is { IsEmpty: false } node ? Wire.NodeRecord.Parser.ParseFrom(node) : null,
    });
}
