using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Pryv.V1;
using Pryvd.Agent.Drivers;
using Pryvd.Guard.Output;

namespace Pryvd.Agent.Logs;

/// <summary>Reads from the journal what the processes of a unit wrote, over all its runs; how much is kept is journald's own setting.</summary>
internal sealed class JournalReader(string unit)
{
    private const int BufferBytes = 64 << 10;
    private const int MostEntryBytes = 1 << 20;
    private const int MicrosecondsPerMs = 1_000;
    private const int MostCursor = 1_024;

    /// <summary>journald does not tell standard output and standard error apart.</summary>
    private const string BothStreams = "journal";

    /// <param name="tail">The last so many lines; 0 for all that is kept.</param>
    /// <param name="follow">Goes on until cancelled.</param>
    /// <param name="after">Goes on after this position, in place of a tail; empty for none.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="DriverException">The journal cannot be read.</exception>
    public async IAsyncEnumerable<LogLines> ReadAsync(int tail, bool follow, string after, [EnumeratorCancellation] CancellationToken ct)
    {
        using var journalctl = Start(Arguments(tail, follow, after));
        try
        {
            var words = journalctl.StandardError.ReadToEndAsync(ct);
            await foreach (var lines in LinesAsync(journalctl.StandardOutput.BaseStream, ct).ConfigureAwait(false))
            {
                yield return lines;
            }

            await journalctl.WaitForExitAsync(ct).ConfigureAwait(false);
            if (journalctl.ExitCode != 0)
            {
                throw new DriverException($"The journal of {unit} cannot be read: {(await words.ConfigureAwait(false)).Trim()}");
            }
        }
        finally
        {
            journalctl.Kill();
        }
    }

    /// <summary>Whether it may be a position in a journal; which there are, systemd alone knows.</summary>
    public static bool IsCursor(string text) => text.Length is > 0 and <= MostCursor && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '=' or ';' or '-' or '_');

    /// <summary>One entry in journalctl's JSON; a text that is not UTF-8 is a list of bytes there.</summary>
    internal static (LogLine Line, string Cursor) LineOf(ReadOnlySpan<byte> entry)
    {
        var reader = new Utf8JsonReader(entry);
        using var document = JsonDocument.ParseValue(ref reader);
        var fields = document.RootElement;
        var line = new LogLine
        {
            TimeMs = long.Parse(fields.GetProperty("__REALTIME_TIMESTAMP").GetString() ?? "0", CultureInfo.InvariantCulture) / MicrosecondsPerMs,
            Stream = BothStreams,
            Text = fields.TryGetProperty("MESSAGE", out var message) ? TextOf(message) : ByteString.Empty,
        };
        return (line, fields.TryGetProperty("__CURSOR", out var cursor) ? cursor.GetString() ?? "" : "");
    }

    private static ByteString TextOf(JsonElement message) => message.ValueKind switch
    {
        JsonValueKind.String => ByteString.CopyFrom(message.GetString() ?? "", Encoding.UTF8),
        JsonValueKind.Array => ByteString.CopyFrom([.. message.EnumerateArray().Select(item => item.GetByte())]),
        _ => ByteString.Empty,
    };

    private List<string> Arguments(int tail, bool follow, string after)
    {
        // The match names the unit's own processes; -u would show what systemd says of it, too.
        List<string> arguments = ["--quiet", "--no-pager", "--all", "--output=json", "--output-fields=MESSAGE", $"_SYSTEMD_UNIT={unit}"];
        arguments.Add(tail > 0 && after.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"--lines={tail}") : "--no-tail");
        if (after.Length > 0)
        {
            arguments.Add($"--after-cursor={after}");
        }

        if (follow)
        {
            arguments.Add("--follow");
        }

        return arguments;
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("journalctl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception missing)
        {
            throw new DriverException($"journalctl cannot be run on this node, where the output of components with 'driver: systemd' is read: {missing.Message}", missing);
        }
    }

    private static async IAsyncEnumerable<LogLines> LinesAsync(Stream entries, [EnumeratorCancellation] CancellationToken ct)
    {
        var buffer = new byte[BufferBytes];
        var cutter = new LineCutter(MostEntryBytes);
        while (await entries.ReadAsync(buffer, ct).ConfigureAwait(false) is var length and > 0)
        {
            var lines = new LogLines();
            cutter.Take(buffer.AsSpan(0, length), entry =>
            {
                (var line, lines.Position) = LineOf(entry);
                lines.Lines.Add(line);
            });
            if (lines.Lines.Count > 0)
            {
                yield return lines;
            }
        }
    }
}
