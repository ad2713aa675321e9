using Grpc.Core;

namespace Pryv.Grpc.Wire;

/// <summary>What an HTTP/2 error code means for a call (the table "Errors" in gRPC's PROTOCOL-HTTP2).</summary>
internal static class Http2ErrorMap
{
    private const long RefusedStream = 0x7;
    private const long Cancel = 0x8;
    private const long EnhanceYourCalm = 0xb;
    private const long InadequateSecurity = 0xc;

    public static StatusCode ToStatusCode(long errorCode) => errorCode switch
    {
        RefusedStream => StatusCode.Unavailable,
        Cancel => StatusCode.Cancelled,
        EnhanceYourCalm => StatusCode.ResourceExhausted,
        InadequateSecurity => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };
}
