using Pryv.Consensus.Log;
using Simulation.Disk;
using static Pryv.Consensus.Tests.Log.LogFixture;

namespace Pryv.Consensus.Tests.Log;

/// <summary>
/// One random life of a log beside its model. After a crash the log must be one of the models since the last flush: all
/// that was flushed, and of what came later a first part, group by group.
/// </summary>
internal sealed class LogRun(int seed)
{
    private static readonly LogOptions Options = new(8192);

    private readonly Random _random = new(seed);
    private readonly SimDisk _disk = new(seed);
    private readonly List<LogModel> _possible = [LogModel.Empty];
    private DurableLog? _log;
    private long _term = 1;

    private DurableLog Log => _log ??= DurableLog.Create(_disk, Identity, LogBase.Empty, default, Options);

    private LogModel Model => _possible[^1];

    public void Play(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Step();
            Assert.Equal(Model.Describe(), LogModel.Describe(Log));
        }
    }

    private void Step()
    {
        switch (_random.Next(20))
        {
            case < 9:
                Append();
                break;
            case < 14:
                Flush();
                break;
            case < 16:
                Compact();
                break;
            case 16:
                Reset();
                break;
            case 17:
                Restart();
                break;
            default:
                Crash();
                break;
        }
    }

    private void Append()
    {
        var commit = Math.Max(Model.HardState.Commit.Value, Model.Base.Index.Value);
        var cut = _random.Next(4) == 0 && Model.Last > commit;
        var first = cut ? commit + 1 + _random.NextInt64(Model.Last - commit) : Model.Last + 1;
        _term += cut || _random.Next(5) == 0 ? 1 : 0;
        var entries = Enumerable.Range(0, _random.Next(5)).Select(i => RandomEntry(first + i)).ToArray();
        var last = entries.Length == 0 ? Model.Last : first + entries.Length - 1;
        HardState? hardState = _random.Next(2) == 0 ? State(_term, _random.NextInt64(commit, last + 1)) : null;
        Log.Append(hardState, entries);
        _possible.Add(Model.Append(hardState, entries));
    }

    private Entry RandomEntry(long index) => _random.Next(8) == 0
        ? Configuration(index, _term, $"configuration {index} {_term}")
        : Command(index, _term, _random.Next(30) == 0 ? 20_000 : _random.Next(700));

    private void Flush()
    {
        Log.Flush();
        Settle(Model);
    }

    private void Compact()
    {
        if (Model.HardState.Commit > Model.Base.Index)
        {
            Log.CompactTo(Model.HardState.Commit);
            Assert.True(Log.Base.Position.Index <= Model.HardState.Commit);
            var to = Log.Base.Position;
            var compacted = _possible.Select(model => model.Base.Index < to.Index ? model.CompactTo(to) : model).ToArray();
            _possible.Clear();
            _possible.AddRange(compacted);
        }
    }

    private void Reset()
    {
        _term++;
        var start = new LogPosition(new LogIndex(Model.Last + _random.Next(10)), new Term(_term));
        var hardState = State(_term, start.Index.Value);
        Log.Reset(new LogBase(start, "snapshot"u8.ToArray()), hardState);
        Settle(new LogModel(start, hardState, []));
    }

    private void Restart()
    {
        Log.Dispose();
        _log = DurableLog.Open(_disk, Options);
        Settle(Model);
    }

    private void Crash()
    {
        var created = Log;
        _disk.Crash();
        created.Dispose();
        _log = DurableLog.Open(_disk, Options);
        var found = LogModel.Describe(_log);
        var survivor = _possible.FindLast(model => model.Describe() == found);
        Assert.True(survivor is not null, $"{found}\nis none of\n{string.Join('\n', _possible.Select(model => model.Describe()))}");
        Settle(survivor);
    }

    private void Settle(LogModel durable)
    {
        _possible.Clear();
        _possible.Add(durable);
    }
}
