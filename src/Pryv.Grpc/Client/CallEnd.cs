using Grpc.Core;

namespace Pryv.Grpc.Client;

/// <summary>How a call ended. A class, so that threads which only look see all of it or nothing.</summary>
internal sealed record CallEnd(Status Status, Metadata Trailers)
{
    public bool IsWell => Status.StatusCode == StatusCode.OK;

    public RpcException ToException() => new(Status, Trailers);
}
