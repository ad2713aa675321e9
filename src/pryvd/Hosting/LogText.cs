using System.Text;
using Serilog.Events;

namespace Pryvd.Hosting;

/// <summary>What both forms of the log share: names of levels, and messages that stay on one line.</summary>
internal static class LogText
{
    public static string LevelName(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "trace",
        LogEventLevel.Debug => "debug",
        LogEventLevel.Information => "info",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Error => "error",
        _ => "fatal",
    };

    public static string CategoryOf(LogEvent entry) =>
        entry.Properties.TryGetValue(LogCategory.Property, out var value) && value is ScalarValue { Value: string category }
            ? category
            : LogCategory.Debug;

    /// <summary>Shows control characters by their code: a value from outside must not forge lines or move a cursor.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var shown = new StringBuilder();
        foreach (var c in text)
        {
            shown.Append(char.IsControl(c) ? $"\\u{(int)c:x4}" : c);
        }

        return shown.ToString();
    }
}
