namespace Pryvd.Guard;

/// <summary>How a guard runs.</summary>
/// <param name="DataDir">Of the daemon that it belongs to.</param>
/// <param name="Socket">Null for the one in the data folder.</param>
/// <param name="Detach">In a session of its own, letting go of the standard streams once it is ready.</param>
public sealed record GuardOptions(string DataDir, string? Socket, bool Detach)
{
    public const string Verb = "guard";
    public const string DataDirFlag = "--data-dir";
    public const string SocketFlag = "--socket";
    public const string DetachFlag = "--detach";
    public const string DefaultDataDir = "/var/lib/pryvd";

    /// <summary>
    /// Reads the plain form without the CLI's parser, which would cost the guard a third of its memory. Null for all else: help and
    /// mistakes are the CLI's.
    /// </summary>
    public static GuardOptions? Read(IReadOnlyList<string> arguments)
    {
        var options = new GuardOptions(DefaultDataDir, null, false);
        for (var i = 1; i < arguments.Count; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case DetachFlag:
                    options = options with { Detach = true };
                    break;
                case DataDirFlag when value is { Length: > 0 }:
                    (options, i) = (options with { DataDir = value }, i + 1);
                    break;
                case SocketFlag when value is { Length: > 0 }:
                    (options, i) = (options with { Socket = value }, i + 1);
                    break;
                default:
                    return null;
            }
        }

        return arguments.Count > 0 && arguments[0] == Verb ? options : null;
    }
}
