namespace Grpc.Core;

/// <summary>What the four call types share; kept apart so that a call costs no delegates.</summary>
internal abstract class CallState
{
    public abstract Task<Metadata> ResponseHeadersAsync { get; }

    public abstract Status GetStatus();

    public abstract Metadata GetTrailers();

    public abstract void Dispose();
}
