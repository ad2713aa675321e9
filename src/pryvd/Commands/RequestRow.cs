using System.Globalization;
using Google.Protobuf;
using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Model.Rows;
using Wire = Pryv.Internal.V1;

namespace Pryvd.Commands;

/// <summary>
/// A row of table requests: what a request was answered, under the index at which its id was made and the id, so that
/// requests of one time stand together.
/// </summary>
public static class RequestRow
{
    public static string Key(RequestId id) => string.Create(CultureInfo.InvariantCulture, $"{id.MadeAt.Value:D19}:{id.Digits}");

    public static RequestId IdOf(string key)
    {
        var colon = key.IndexOf(':');
        return colon > 0 && long.TryParse(key.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var madeAt)
            ? new RequestId(key[(colon + 1)..], new LogIndex(madeAt))
            : throw new RowDamageException($"row '{key}' of requests has no request id for its key");
    }

    /// <param name="reply">Must not change any more.</param>
    public static RowContent Of(Wire.CommandReply reply) => RowContent.Of(reply, Fill);

    public static Wire.CommandReply Read(string key, string json) => RowReader.Read(key, json, row => new Wire.CommandReply
    {
        Code = row.Text("code"),
        Message = row.Text("message"),
        Index = row.Number("index"),
        Versions = { row.Numbers("versions") },
        Node = row.Bytes("node") is { IsEmpty: false } node ? Wire.NodeRecord.Parser.ParseFrom(node) : null,
    });

    private static void Fill(Wire.CommandReply reply, CanonicalJson row) => row
        .Text("code", reply.Code)
        .Text("message", reply.Message)
        .Number("index", reply.Index)
        .Numbers("versions", reply.Versions)
        .Bytes("node", reply.Node?.ToByteString() ?? ByteString.Empty);
}
