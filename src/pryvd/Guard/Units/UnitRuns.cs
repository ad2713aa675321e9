using Pryv.Internal.V1;
using Pryvd.Guard.Native;

namespace Pryvd.Guard.Units;

/// <summary>
/// Looks after runs that are units and whose main process has ended: how it ended is systemd's to say, once nothing of the unit is left.
/// For the guard's main thread only.
/// </summary>
internal sealed class UnitRuns(GuardLog log)
{
    private const int FirstPauseMs = 10;
    private const int LongestPauseMs = 1_000;

    private readonly Dictionary<RunKey, Ending> _looks = [];
    private readonly HashSet<string> _doubts = [];
    private long _doubtsAtBootMs;

    // 0 while systemd answers.
    private long _quietUntilBootMs;

    /// <summary>When there is something to look at again, on CLOCK_BOOTTIME; null for never.</summary>
    public long? NextBootMs => _doubts.Count > 0 ? Math.Max(_quietUntilBootMs, _doubtsAtBootMs)
        : _looks.Count > 0 ? Math.Max(_quietUntilBootMs, _looks.Values.Min(l => l.AtBootMs))
        : null;

    /// <summary>The run's main process has ended.</summary>
    public void Add(Run run, FenceCause killed) => _looks[run.Key] = new Ending(run, killed, BootClock.NowMs());

    /// <summary>Nobody knows whether the unit was started: it is ended as soon as systemd answers.</summary>
    public void Doubt(string unit) => _doubts.Add(unit);

    /// <exception cref="GuardException">An earlier start of the unit is still in doubt: a later one would be ended with it.</exception>
    public void RequireNoDoubt(string unit)
    {
        if (_doubts.Contains(unit) && !Systemd.IsEnded(unit))
        {
            throw new GuardException($"{unit} was started before, systemd did not say whether it runs, and it is being ended. It is tried again.");
        }

        _doubts.Remove(unit);
    }

    /// <summary>Those that are over, each once.</summary>
    public IReadOnlyList<(Run Run, GuardEnd End)> Ended()
    {
        var now = BootClock.NowMs();
        List<(Run Run, GuardEnd End)> ended = [];
        if (now < _quietUntilBootMs)
        {
            return ended;
        }

        try
        {
            EndDoubts(now);
            foreach (var look in _looks.Values.Where(l => l.AtBootMs <= now).ToList())
            {
                Look(look, now, ended);
            }

            _quietUntilBootMs = 0;
        }
        catch (GuardException silence)
        {
            // One wait for an answer a second and not one for each unit: the guard has other things to do.
            Say(silence);
            _quietUntilBootMs = BootClock.NowMs() + LongestPauseMs;
        }

        return ended;
    }

    private void EndDoubts(long now)
    {
        if (_doubts.Count > 0 && now >= _doubtsAtBootMs)
        {
            _doubts.RemoveWhere(Systemd.IsEnded);
            _doubtsAtBootMs = now + FirstPauseMs;
        }
    }

    private void Look(Ending look, long now, List<(Run Run, GuardEnd End)> ended)
    {
        var unit = look.Run.Record.Run.Unit;
        var state = Systemd.Read(unit);
        if (state is { IsOver: false, IsGone: false })
        {
            look.PauseMs = Math.Min(LongestPauseMs, look.PauseMs * 2);
            look.AtBootMs = now + look.PauseMs;
            return;
        }

        Systemd.Release(unit, state);
        _looks.Remove(look.Run.Key);
        ended.Add((look.Run, RunEnds.Of(look.Run, state.Exit, look.Killed, look.EndedBootMs, state.IsOutOfMemory)));
    }

    private void Say(GuardException silence)
    {
        if (_quietUntilBootMs == 0)
        {
            log.Say($"systemd is asked again, once a second, how {_looks.Count} units ended: {silence.Message}");
        }
    }

    private sealed class Ending(Run run, FenceCause killed, long endedBootMs)
    {
        public Run Run { get; } = run;

        public FenceCause Killed { get; } = killed;

        public long EndedBootMs { get; } = endedBootMs;

        public long AtBootMs { get; set; }

        public int PauseMs { get; set; } = FirstPauseMs;
    }
}
