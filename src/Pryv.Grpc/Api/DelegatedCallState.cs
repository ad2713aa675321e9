namespace Grpc.Core;

/// <summary>The state of a call made from delegates, as test doubles make theirs.</summary>
internal sealed class DelegatedCallState(
    Task<Metadata> responseHeadersAsync, Func<Status> getStatus, Func<Metadata> getTrailers, Action dispose) : CallState
{
    public override Task<Metadata> ResponseHeadersAsync => responseHeadersAsync;

    public override Status GetStatus() => getStatus();

    public override Metadata GetTrailers() => getTrailers();

    public override void Dispose() => dispose();
}
