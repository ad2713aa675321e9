using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace Pryvd.Hosting;

/// <summary>The log for people: time, level, category where it is not debug, message, and the exception below it.</summary>
internal sealed class TextLineFormatter(bool colours) : ITextFormatter
{
    private const string Reset = "\u001b[0m";
    private const string Red = "\u001b[31m";
    private const string Yellow = "\u001b[33m";

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var colour = colours ? ColourOf(logEvent.Level) : null;
        output.Write(logEvent.Timestamp.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture));
        output.Write($" {colour}{LogText.LevelName(logEvent.Level),-7}{(colour is null ? null : Reset)} ");
        var category = LogText.CategoryOf(logEvent);
        output.Write(category == LogCategory.Debug ? null : $"[{category}] ");
        output.WriteLine(LogText.OneLine(logEvent.RenderMessage(CultureInfo.InvariantCulture)));
        if (logEvent.Exception is { } exception)
        {
            output.WriteLine(exception);
        }
    }

    private static string? ColourOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Warning => Yellow,
        LogEventLevel.Error or LogEventLevel.Fatal => Red,
        _ => null,
    };
}
