using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;

namespace Pryv.Grpc.Tests;

/// <summary>Calls made by hand, to say what no client would.</summary>
internal static class RawCall
{
    public static byte[] Frame(IMessage message) => Frame(0, message.ToByteArray());

    public static byte[] Frame(byte flag, byte[] payload, uint? claimedLength = null)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), claimedLength ?? (uint)payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    public static HttpRequestMessage Request(string method, byte[] body, string? encoding = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/pryv.grpc.test.Shapes/{method}")
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (encoding is not null)
        {
            request.Headers.Add("grpc-encoding", encoding);
        }

        return request;
    }

    /// <summary>Sends, reads all, and returns the status with the body.</summary>
    public static async Task<(StatusCode Status, byte[] Body)> StatusAsync(HttpClient http, HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
        var body = await response.Content.ReadAsByteArrayAsync();
        var text = response.TrailingHeaders.TryGetValues("grpc-status", out var late)
            ? late.Single()
            : response.Headers.GetValues("grpc-status").Single();
        return ((StatusCode)int.Parse(text, CultureInfo.InvariantCulture), body);
    }
}
