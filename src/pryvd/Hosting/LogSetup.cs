using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Pryvd.Hosting;

/// <summary>How the daemon logs: to the console, as text on a terminal and as JSON lines otherwise.</summary>
public static class LogSetup
{
    /// <param name="level">What is logged; may be turned while it runs.</param>
    /// <param name="format">How.</param>
    public static Logger Create(LoggingLevelSwitch level, LogFormat format) =>
        Configure(level)
            .WriteTo.Sink(new BackgroundSink(Formatter(format, isTerminal: !Console.IsOutputRedirected), Console.OpenStandardOutput()))
            .CreateLogger();

    /// <summary>Everything but where it goes.</summary>
    internal static LoggerConfiguration Configure(LoggingLevelSwitch level) =>
        new LoggerConfiguration()
            .MinimumLevel.ControlledBy(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .Enrich.With<CategoryEnricher>();

    internal static ITextFormatter Formatter(LogFormat format, bool isTerminal) => (format, isTerminal) switch
    {
        (LogFormat.Json, _) or (LogFormat.Auto, false) => new JsonLineFormatter(),
        _ => new TextLineFormatter(colours: isTerminal),
    };

    /// <summary>Lets what ASP.NET Core logs go the same way.</summary>
    public static ILoggingBuilder UseSerilog(this ILoggingBuilder builder, Serilog.ILogger log)
    {
        builder.ClearProviders();
        return builder.AddSerilog(log, dispose: false);
    }
}
