namespace Grpc.Core;

/// <summary>The messages that the other side streams.</summary>
public interface IAsyncStreamReader<out T>
{
    T Current { get; }

    /// <summary>False once the other side has ended its stream.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
