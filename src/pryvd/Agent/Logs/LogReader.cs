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
    private string _lost = "";

    // The guard's own words stand before and after a line that it cut.
    private readonly LineCutter _cutter = new(LineCutter.MostBytes + 256);

    public bool Exists => Directory.Exists(folder);

    /// <param name="tail">The last so many lines; 0 for all that is kept.</param>
    /// <param name="follow">Goes on until cancelled.</param>
    /// <param name="after">Goes on after this position, in place of a tail. Where what came after it is gone, that is said, and all that is kept follows.</param>
    /// <param name="ct">Ends it.</param>
    public async IAsyncEnumerable<LogLines> ReadAsync(int tail, bool follow, OutputPosition? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var (number, offset) = after is not null ? StartAfter(after) : tail > 0 ? _files.StartOf(tail) : (0, 0L);
        if (_lost.Length > 0)
        {
            yield return OwnWord(_lost);
        }

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

    /// <summary>What pryvd itself has to say between the lines.</summary>
    public static LogLines OwnWord(string text) => new() { Lines = { new LogLine { Stream = InstanceLog.OwnStream, Text = ByteString.CopyFromUtf8(text) } } };

    private (long Number, long Offset) StartAfter(OutputPosition position)
    {
        if (_files.Has(position))
        {
            return (position.File - 1, position.Offset);
        }

        _lost = "lines may be missing here: the file with what came next was rotated away meanwhile; what is kept follows";
        return (0, 0);
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
        if (lines.Lines.Count > 0)
        {
            var begun = length - 1 - _buffer.AsSpan(0, length).LastIndexOf((byte)'\n');
            lines.Position = new OutputPosition(_files.PlaceOf(file), file.Position - begun, OutputPosition.HeadOf(file)).ToString();
        }

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
