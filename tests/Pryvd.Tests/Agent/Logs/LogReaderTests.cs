using System.Text;
using Pryv.V1;
using Pryvd.Agent.Logs;
using Pryvd.Guard.Output;

namespace Pryvd.Tests.Agent.Logs;

/// <summary>What an instance wrote is read whole and in order, while it is written and rotated (V5).</summary>
public sealed class LogReaderTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("pryvd-logs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(999, 999)]
    [InlineData(1000, 1000)]
    [InlineData(5000, 1000)]
    public async Task The_last_lines_come_over_all_files(int tail, int expected)
    {
        Write(0, 1000, files: 100);

        Assert.Equal(Enumerable.Range(1000 - expected, expected), (await ReadAsync(tail)).Select(Number));
    }

    [Fact]
    public async Task A_line_has_its_time_and_its_stream()
    {
        Write(0, 1, files: 2);
        var line = Assert.Single(await ReadAsync(0));

        Assert.Equal((_now.ToUnixTimeMilliseconds(), "stdout", "line 0"), (line.TimeMs, line.Stream, line.Text.ToStringUtf8()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no such line")]
    [InlineData("2026-01-31T12:00:00.000Z")]
    [InlineData("2026-01-31T12:00:00.000Z stdout")]
    public void What_the_guard_did_not_write_is_shown_as_it_is(string text)
    {
        var line = LogReader.LineOf(Encoding.UTF8.GetBytes(text));

        Assert.Equal((0L, text), (line.TimeMs, line.Text.ToStringUtf8()));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_has_no_lines() =>
        Assert.Empty(await Collect(new LogReader(Path.Combine(_folder, "none"), TimeProvider.System), 10));

    [Fact]
    public async Task Following_misses_nothing_over_many_rotations()
    {
        const int count = 5000;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var writing = Task.Run(() => Write(0, count, files: 1000, pieces: 50), patience.Token);
        var seen = new List<int>();
        await foreach (var lines in new LogReader(_folder, TimeProvider.System).ReadAsync(0, follow: true, after: null, patience.Token))
        {
            seen.AddRange(lines.Lines.Select(Number));
            if (seen.Count >= count)
            {
                break;
            }
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, count), seen);
    }

    [Fact]
    public async Task Who_goes_on_after_a_position_misses_nothing_and_gets_nothing_twice()
    {
        var seen = new List<int>();
        OutputPosition? after = null;
        for (var round = 0; round < 40; round++)
        {
            Write(round * 25, 25, files: 1000);
            await foreach (var lines in new LogReader(_folder, TimeProvider.System).ReadAsync(0, follow: false, after, CancellationToken.None))
            {
                seen.AddRange(lines.Lines.Select(Number));
                Assert.True(OutputPosition.TryParse(lines.Position, out after));
                break;
            }
        }

        await foreach (var lines in new LogReader(_folder, TimeProvider.System).ReadAsync(0, follow: false, after, CancellationToken.None))
        {
            seen.AddRange(lines.Lines.Select(Number));
        }

        Assert.Equal(Enumerable.Range(0, 1000), seen);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Where_what_comes_after_a_position_was_rotated_away_that_is_said(int files)
    {
        Write(0, 10, files);
        OutputPosition? after = null;
        await foreach (var lines in new LogReader(_folder, TimeProvider.System).ReadAsync(0, follow: false, after: null, CancellationToken.None))
        {
            Assert.True(OutputPosition.TryParse(lines.Position, out after));
        }

        Write(10, 990, files, later: 1);
        var all = new List<LogLine>();
        await foreach (var lines in new LogReader(_folder, TimeProvider.System).ReadAsync(0, follow: false, after, CancellationToken.None))
        {
            all.AddRange(lines.Lines);
        }

        Assert.Equal("pryvd", all[0].Stream);
        Assert.Contains("rotated away", all[0].Text.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1000 - (all.Count - 1), all.Count - 1), all.Skip(1).Select(Number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1@2")]
    [InlineData("0@2@head")]
    [InlineData("1@-2@head")]
    [InlineData("s=0;i=1;b=2")]
    public void What_is_no_position_is_told_apart(string text) => Assert.False(OutputPosition.TryParse(text, out _));

    [Fact]
    public void What_the_disk_refuses_is_counted_and_said_later()
    {
        var blocked = Path.Combine(_folder, "blocked");
        File.WriteAllText(blocked, "");
        using var log = new InstanceLog(Path.Combine(blocked, "logs"), 1 << 20, 2);
        for (var line = 0; line < 3; line++)
        {
            log.Add("stdout", "lost"u8, _now);
        }

        log.Flush(_now);
        Assert.True(log.OwesWord);
        File.Delete(blocked);
        log.Add("stdout", "kept"u8, _now);
        log.Flush(_now);

        var lines = File.ReadAllLines(LogFolder.CurrentOf(Path.Combine(blocked, "logs")));
        Assert.False(log.OwesWord);
        Assert.Equal(2, lines.Length);
        Assert.Contains("pryvd 3 lines lost before this: ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("stdout kept", lines[1], StringComparison.Ordinal);
    }

    private static int Number(LogLine line) => int.Parse(line.Text.ToStringUtf8().Split(' ')[1]);

    private static async Task<List<LogLine>> Collect(LogReader reader, int tail)
    {
        var all = new List<LogLine>();
        await foreach (var lines in reader.ReadAsync(tail, follow: false, after: null, CancellationToken.None))
        {
            all.AddRange(lines.Lines);
        }

        return all;
    }

    private Task<List<LogLine>> ReadAsync(int tail) => Collect(new LogReader(_folder, TimeProvider.System), tail);

    private void Write(int first, int count, int files, int pieces = 1, int later = 0)
    {
        using var log = new InstanceLog(_folder, 4 << 10, files);
        for (var number = first; number < first + count; number++)
        {
            log.Add("stdout", Encoding.UTF8.GetBytes($"line {number}"), _now.AddSeconds(later));
            if ((number + 1) % pieces == 0)
            {
                log.Flush(_now);
            }
        }

        log.Flush(_now);
    }
}
