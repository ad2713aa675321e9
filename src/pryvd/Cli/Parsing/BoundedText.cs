using System.Text;

namespace Pryvd.Cli.Parsing;

/// <summary>Text from files and standard input, UTF-8 and never more than was bargained for.</summary>
internal static class BoundedText
{
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<string> FromFile(string path, int maxBytes, CancellationToken stop)
    {
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
            return await FromStream(stream, path, maxBytes, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failed($"{path} cannot be read: {e.Message}");
        }
    }

    /// <param name="stream">What to read to its end.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="maxBytes">More than this is refused.</param>
    /// <param name="stop">Ends the reading.</param>
    public static async Task<string> FromStream(Stream stream, string name, int maxBytes, CancellationToken stop)
    {
        var buffer = new byte[maxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        if (length > maxBytes)
        {
            throw CliException.Failed($"{name} has more than {maxBytes} bytes, the most that is taken here.");
        }

        try
        {
            return _utf8.GetString(buffer, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw CliException.Failed($"{name} is not UTF-8 text.");
        }
    }

    /// <summary>One line, trimmed: what files with a token or a key hold.</summary>
    public static async Task<string> Secret(string path, string what, Terminal terminal, CancellationToken stop)
    {
        const int maxSecret = 16 * 1024;
        var text = path == "-"
            ? await FromStream(terminal.In, "standard input", maxSecret, stop)
            : await FromFile(path, maxSecret, stop);
        return text.Trim() is { Length: > 0 } secret
            ? secret
            : throw CliException.Failed($"There is no {what} in {(path == "-" ? "standard input" : path)}: it is empty.");
    }
}
