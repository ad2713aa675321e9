using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus.Core;
using static Pryv.Consensus.Tests.Core.TestMember;

namespace Pryv.Consensus.Tests.Core;

/// <summary>The log as the core sees it, against a list of terms. Invariant 1.</summary>
public sealed class RaftLogModelTests
{
    [Fact]
    public void Any_course_of_appends_flushes_cuts_and_snapshots_agrees_with_a_list() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => new Course(seed).Play(300))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_committed_entry_is_never_replaced()
    {
        var log = new RaftLog(new MemoryLog(), LogPosition.Zero, LogIndex.Zero, LogIndex.Zero, 1000);
        log.Append(Entries(1, 1, 1));
        log.CommitTo(new LogIndex(2));
        Assert.Throws<InvariantException>(() => log.Append(Entries(2, 2)));
    }

    [Fact]
    public void Nothing_is_committed_that_is_not_there()
    {
        var log = new RaftLog(new MemoryLog(), LogPosition.Zero, LogIndex.Zero, LogIndex.Zero, 1000);
        Assert.Throws<InvariantException>(() => log.CommitTo(new LogIndex(1)));
    }

    private sealed class Course
    {
        private readonly Random _random;
        private readonly MemoryLog _disk = new();
        private readonly RaftLog _log;
        private readonly List<long> _terms = [0];
        private readonly Queue<IReadOnlyList<Entry>> _writes = new();
        private long _term = 1;
        private int _start;
        private int _commit;
        private int _applied;

        public Course(int seed)
        {
            _random = new Random(seed);
            _log = new RaftLog(_disk, LogPosition.Zero, LogIndex.Zero, LogIndex.Zero, 1 + _random.Next(300));
        }

        private int Last => _terms.Count - 1;

        public void Play(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                Step();
                Compare();
            }
        }

        private void Step()
        {
            switch (_random.Next(9))
            {
                case 0 or 1: Append(Last + 1); break;
                case 2: Append(_commit + 1 + _random.Next(Last - _commit + 1)); break;
                case 3 when _log.HasUnpersisted: _writes.Enqueue(_log.TakeUnpersisted()); break;
                case 4: Flush(); break;
                case 5: Commit(_commit + _random.Next(Last - _commit + 1)); break;
                case 6: Apply(); break;
                case 7 when _random.Next(4) == 0: Compact(_start + _random.Next(_applied - _start + 1)); break;
                case 8: _log.LetGo(); break;
                default: break;
            }
        }

        private void Append(int first)
        {
            _term++;
            var terms = Enumerable.Repeat(_term, 1 + _random.Next(4)).ToArray();
            _terms.RemoveRange(first, _terms.Count - first);
            _terms.AddRange(terms);
            _log.Append(Entries(first, terms));
        }

        private void Flush()
        {
            if (_writes.TryDequeue(out var write) && write.Count > 0)
            {
                _disk.Append(write);
                _log.Persisted(new LogPosition(write[^1].Index, write[^1].Term));
            }
        }

        private void Commit(int index)
        {
            _commit = index;
            _log.CommitTo(new LogIndex(index));
        }

        private void Apply()
        {
            foreach (var entry in _log.TakeCommitted(1 + _random.Next(200)))
            {
                Assert.Equal(++_applied, entry.Index.Value);
                Assert.Equal(_terms[_applied], entry.Term.Value);
            }

            Assert.True(_applied <= _commit);
        }

        private void Compact(int index)
        {
            _start = index;
            _log.Compacted(At(index, _terms[index]));
        }

        private void Compare()
        {
            Assert.Equal(At(Last, _terms[Last]), _log.LastPosition);
            Assert.Equal((_commit, _start, _applied), ((int)_log.Commit.Value, (int)_log.Start.Index.Value, (int)_log.Applied.Value));
            Assert.True(_log.Durable <= _log.Last);
            for (var index = 0; index <= Last + 1; index++)
            {
                Term? expected = index < _start || index > Last ? null : T(_terms[index]);
                Assert.Equal(expected, _log.TermAt(new LogIndex(index)));
            }

            var from = _start + 1 + _random.Next(Last - _start + 1);
            var read = _log.Read(new LogIndex(from), _log.Last, _random.Next(300));
            Assert.Equal(from <= Last, read.Count > 0);
            Assert.All(read, e => Assert.Equal(_terms[(int)e.Index.Value], e.Term.Value));
            Assert.Equal(read.Select((_, i) => (long)from + i), read.Select(e => e.Index.Value));
        }
    }
}
