using Pryvd.Model;

namespace Pryvd.Raft;

/// <summary>Timing is a setting of the cluster: each node takes it over when it is applied here.</summary>
internal sealed class TimingFollower(MemberSession session)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private Settings _taken = session.Store.Read().State.Settings;

    /// <summary>Runs until the session ends.</summary>
    public async Task RunAsync()
    {
        var ended = session.Runner.Ended;
        while (!ended.IsCompleted)
        {
            Follow(session.Store.Read().State.Settings);
            await Task.WhenAny(ended, Task.Delay(Pace)).ConfigureAwait(false);
        }
    }

    private void Follow(Settings now)
    {
        if ((now.HeartbeatMs, now.ElectionMs) != (_taken.HeartbeatMs, _taken.ElectionMs))
        {
            session.Runner.SetTiming(MemberSession.OptionsOf(now.HeartbeatMs, now.ElectionMs).Raft);
        }

        _taken = now;
    }
}
