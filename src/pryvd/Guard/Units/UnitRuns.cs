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

    private readonly Dictionary<RunKey, Look> _looks = [];
    private bool _isSilent;

    /// <summary>When there is something to look at again, on CLOCK_BOOTTIME; null for never.</summary>
    public long? NextBootMs => _looks.Count == 0 ? null : _looks.Values.Min(l => l.AtBootMs);

    /// <summary>The run's main process has ended.</summary>
    public void Add(Run run, FenceCause killed) => _looks[run.Key] = new Look(run, killed, BootClock.NowMs());

    /// <summary>Those that are over, each once.</summary>
    public IReadOnlyList<(Run Run, GuardEnd End)> Ended()
    {
        var now = BootClock.NowMs();
        List<(Run Run, GuardEnd End)> ended = [];
        foreach (var look in _looks.Values.Where(l => l.AtBootMs <= now).ToList())
        {
            if (EndOf(look) is { } end)
            {
                _looks.Remove(look.Run.Key);
                ended.Add((look.Run, end));
            }
            else
            {
                look.PauseMs = Math.Min(LongestPauseMs, look.PauseMs * 2);
                look.AtBootMs = now + look.PauseMs;
            }
        }

        return ended;
    }

    private GuardEnd? EndOf(Look look)
    {
        try
        {
            var unit = look.Run.Record.Run.Unit;
            var state = Systemd.Read(unit);
            if (state is { IsOver: false, IsGone: false })
            {
                return null;
            }

            Systemd.Release(unit, state);
            _isSilent = false;
            return RunEnds.Of(look.Run, state.Exit, look.Killed, look.EndedBootMs, state.IsOutOfMemory);
        }
        catch (GuardException silence)
        {
            if (!_isSilent)
            {
                _isSilent = true;
                log.Say($"how {look.Run.Key} ended is not known yet, it is asked again: {silence.Message}");
            }

            return null;
        }
    }

    private sealed class Look(Run run, FenceCause killed, long endedBootMs)
    {
        public Run Run { get; } = run;

        public FenceCause Killed { get; } = killed;

        public long EndedBootMs { get; } = endedBootMs;

        public long AtBootMs { get; set; }

        public int PauseMs { get; set; } = FirstPauseMs;
    }
}
