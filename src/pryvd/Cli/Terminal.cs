using Microsoft.Win32.SafeHandles;

namespace Pryvd.Cli;

/// <summary>The world around one command: its streams, what they are, its environment and its clock.</summary>
public sealed class Terminal
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required Stream In { get; init; }

    /// <summary>Whether a person reads what is printed; colours are for them alone.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether a person can be asked something.</summary>
    public bool CanAsk { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    public Func<string, string?> Environment { get; init; } = _ => null;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Colours are wanted: a terminal, and nobody said NO_COLOR.</summary>
    public bool Colours => OutIsTerminal && string.IsNullOrEmpty(Environment("NO_COLOR")) && Environment("TERM") != "dumb";

    /// <summary>That of this process.</summary>
    public static Terminal OfProcess() => new()
    {
        Out = Console.IsOutputRedirected ? Piped() : Console.Out,
        Error = Console.Error,
        In = Console.OpenStandardInput(),
        OutIsTerminal = !Console.IsOutputRedirected,
        CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        Width = Console.IsOutputRedirected ? 80 : Math.Max(40, Console.WindowWidth),
        Environment = System.Environment.GetEnvironmentVariable,
        Zone = TimeZoneInfo.Local,
    };

    // Console.Out swallows a broken pipe, so that a watch into `head` would run on for ever; a FileStream tells. For a file
    // it would keep its own position, and overwrite what another process appends; there Console.Out is right.
    private static TextWriter Piped()
    {
        const int standardOutput = 1;
        var stream = new FileStream(new SafeFileHandle(standardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.Out : new StreamWriter(stream) { AutoFlush = true };
    }
}
