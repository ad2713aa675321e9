using Pryv.Internal.V1;

namespace Pryvd.Guard.Serving;

/// <summary>All connections; a bounded number, so that the newest daemon always gets one.</summary>
internal sealed class GuardCallers(GuardCalls calls, GuardLog log) : IDisposable
{
    private const int Most = 16;

    private readonly List<GuardCaller> _callers = [];

    public IReadOnlyList<GuardCaller> All => _callers;

    public void Add(int connection)
    {
        if (_callers.Count == Most)
        {
            Drop(_callers[0], "it is the oldest of too many");
        }

        _callers.Add(new GuardCaller(connection));
    }

    /// <summary>Answers what came in.</summary>
    public void Serve(GuardCaller caller) => OrDrop(caller, () =>
    {
        foreach (var request in caller.Receive())
        {
            caller.Send(calls.Answer(request, caller));
        }
    });

    public void Flush(GuardCaller caller) => OrDrop(caller, caller.Flush);

    /// <summary>Tells all who watch of an end.</summary>
    public void Tell(GuardRun ended)
    {
        foreach (var caller in _callers.Where(c => c.Watches).ToList())
        {
            OrDrop(caller, () => caller.Send(new GuardReply { Ended = ended }));
        }
    }

    public void Dispose()
    {
        foreach (var caller in _callers)
        {
            caller.Dispose();
        }
    }

    private void OrDrop(GuardCaller caller, Action action)
    {
        try
        {
            action();
        }
        catch (GuardException reason)
        {
            Drop(caller, reason.Message);
        }
    }

    private void Drop(GuardCaller caller, string reason)
    {
        if (_callers.Remove(caller))
        {
            caller.Dispose();
            log.Say($"a caller was let go: {reason}");
        }
    }
}
