using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Json;

namespace Pryvd.Hosting;

/// <summary>The log for machines: one JSON object a line with time, level, category, message, properties, exception.</summary>
internal sealed class JsonLineFormatter : ITextFormatter
{
    private static readonly JsonValueFormatter Values = new(typeTagName: null);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write("{\"time\":\"");
        output.Write(logEvent.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        output.Write($"\",\"level\":\"{LogText.LevelName(logEvent.Level)}\",\"category\":");
        JsonValueFormatter.WriteQuotedJsonString(LogText.CategoryOf(logEvent), output);
        output.Write(",\"message\":");
        JsonValueFormatter.WriteQuotedJsonString(logEvent.RenderMessage(CultureInfo.InvariantCulture), output);
        WriteProperties(logEvent, output);
        if (logEvent.Exception is { } exception)
        {
            output.Write(",\"exception\":");
            JsonValueFormatter.WriteQuotedJsonString(exception.ToString(), output);
        }

        output.WriteLine('}');
    }

    private static void WriteProperties(LogEvent logEvent, TextWriter output)
    {
        var separator = ",\"properties\":{";
        foreach (var (name, value) in logEvent.Properties.Where(property => property.Key != LogCategory.Property))
        {
            output.Write(separator);
            JsonValueFormatter.WriteQuotedJsonString(name, output);
            output.Write(':');
            Values.Format(value, output);
            separator = ",";
        }

        output.Write(separator == "," ? "}" : null);
    }
}
