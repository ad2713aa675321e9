using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Pryv.V1;
using Pryvd.Guard.Output;

namespace Pryvd.Agent.Logs;

/// <summary>Reads the output of an instance of this node, in batches of bounded size, and follows it over rotations.</summary>
internal sealed class LogReader(string folder, TimeProvider clock)
{
    private const int BufferBytes = 64 << 10;
    private static readonly TimeSpan FollowPace = TimeSpan.FromMilliseconds(100);

    private readonly LogFiles _files = new(folder);
    private readonly byte[] _buffer = new byte[BufferBytes];

    // The guard's own words stand before and after a line that it cut.
    private readonly LineCutter _cutter = new(LineCutter.MostBytes + 256);

    public bool Exists => Directory.Exists(folder);

    /// <param name="tail">The last so many lines; 0 for all that is kept.</param>
    /// <param name="follow">Goes on until cancelled.</param>
    /// <param name="ct">Ends it.</param>
    public async IAsyncEnumerable<LogLines> ReadAsync(int tail, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        var (number, offset) = tail > 0 ? _files.StartOf(tail) : (0, 0L);
        while (true)
        {
            using var file = _files.OpenAfter(number);
            if (file is not null)
            {
                file.Position = offset;
                await foreach (var lines in FileAsync(file, follow, ct).ConfigureAwait(false))
                {
                    yield return lines;
                }

                if (!LogFiles.IsOver(file))
                {
                    yield break;
                }

                (number, offset) = (Math.Max(number, LogFiles.NumberOf(file)), 0);
            }
            else if (!follow)
            {
                yield break;
            }
            else
            {
                await Task.Delay(FollowPace, clock, ct).ConfigureAwait(false);
            }
        }
    }

    // To the end of the file; of the current one, when followed, until it is the current one no longer and is read to its end.
    private async IAsyncEnumerable<LogLines> FileAsync(FileStream file, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var isOver = LogFiles.IsOver(file);
            if (Next(file) is { } lines)
            {
                yield return lines;
            }
            else if (isOver || !follow)
            {
                yield break;
            }
            else
            {
                await Task.Delay(FollowPace, clock, ct).ConfigureAwait(false);
            }
        }
    }

    private LogLines? Next(FileStream file)
    {
        var length = file.Read(_buffer);
        if (length == 0)
        {
            return null;
        }

        var lines = new LogLines();
        _cutter.Take(_buffer.AsSpan(0, length), text => lines.Lines.Add(LineOf(text)));
        return lines;
    }

    /// <summary>What is not written as the guard writes is taken whole, with no time and no stream.</summary>
    internal static LogLine LineOf(ReadOnlySpan<byte> text)
    {
        var timeEnd = text.IndexOf((byte)' ');
        var streamEnd = timeEnd < 0 ? -1 : text[(timeEnd + 1)..].IndexOf((byte)' ');
        return streamEnd > 0
            && DateTimeOffset.TryParseExact(
                Encoding.ASCII.GetString(text[..timeEnd]), InstanceLog.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new LogLine
            {
                TimeMs = time.ToUnixTimeMilliseconds(),
                Stream = Encoding.ASCII.GetString(text.Slice(timeEnd + 1, streamEnd)),
                Text = ByteString.CopyFrom(text[(timeEnd + streamEnd + 2)..]),
            }
            : new LogLine { Text = ByteString.CopyFrom(text) };
    }
}
