namespace Grpc.Core;

/// <summary>The four shapes of a call.</summary>
public enum MethodType
{
    Unary,
    ClientStreaming,
    ServerStreaming,
    DuplexStreaming,
}
