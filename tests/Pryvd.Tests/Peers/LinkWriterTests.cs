using System.Threading.Channels;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Wire;
using Pryvd.Peers.Links;

namespace Pryvd.Tests.Peers;

/// <summary>Invariant 10: a connection that is full holds up nobody, and what it takes it takes in order.</summary>
public sealed class LinkWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Channel<Message> _waiting = Channel.CreateUnbounded<Message>();

    [Fact]
    public async Task Many_threads_write_all_of_it_once_and_in_order_whether_the_connection_takes_it_at_once_or_not()
    {
        using var stream = new SlowStream(new Random(7));
        var writer = new LinkWriter(stream, _waiting.Reader);
        var gate = new Lock();
        var next = 0L;
        var threads = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                lock (gate)
                {
                    _waiting.Writer.TryWrite(MessageOf(next++));
                }

                writer.Pump();
            }
        })).ToArray();
        await Task.WhenAll(threads).WaitAsync(Patience);
        await stream.ReachedAsync(2000, Patience);

        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (long)i), stream.Ids());
    }

    [Fact]
    public async Task A_connection_that_breaks_says_so_once_and_is_written_to_no_more()
    {
        using var stream = new SlowStream(new Random(1)) { Breaks = true };
        var writer = new LinkWriter(stream, _waiting.Reader);
        _waiting.Writer.TryWrite(MessageOf(1));
        writer.Pump();

        await Assert.ThrowsAsync<IOException>(() => writer.Broken.WaitAsync(Patience));
        _waiting.Writer.TryWrite(MessageOf(2));
        writer.Pump();
        Assert.Equal(1, stream.Writes);
    }

    private static Message MessageOf(long id) => new Message.ReadIndex(new MemberId(1), new MemberId(2), new Term(3), id);

    /// <summary>Takes every third write or so at once, and the others a moment later, on another thread.</summary>
    private sealed class SlowStream(Random random) : MemoryStream
    {
        private readonly Lock _gate = new();
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _isWriting;
        private int _count = int.MaxValue;

        public bool Breaks { get; init; }

        public int Writes { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Assert.Equal(0, Interlocked.Exchange(ref _isWriting, 1));
            Writes++;
            if (random.Next(3) > 0)
            {
                await Task.Yield();
            }

            if (Breaks)
            {
                throw new IOException("the connection is gone");
            }

            lock (_gate)
            {
                Write(buffer.Span);
            }

            Interlocked.Exchange(ref _isWriting, 0);
            if (Ids().Count >= Volatile.Read(ref _count))
            {
                _all.TrySetResult();
            }
        }

        public Task ReachedAsync(int count, TimeSpan patience)
        {
            Volatile.Write(ref _count, count);
            if (Ids().Count >= count)
            {
                _all.TrySetResult();
            }

            return _all.Task.WaitAsync(patience);
        }

        public IReadOnlyList<long> Ids()
        {
            lock (_gate)
            {
                var written = new System.Buffers.ReadOnlySequence<byte>(ToArray());
                var ids = new List<long>();
                while (LinkRecords.TryRead(ref written, 1024, out var record))
                {
                    ids.Add(((Message.ReadIndex)MessageCodec.Decode(record)).Id);
                }

                return ids;
            }
        }
    }
}
