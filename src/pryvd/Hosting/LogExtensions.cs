using Serilog;
using Serilog.Core;

namespace Pryvd.Hosting;

/// <summary>Entries that are for more than debugging.</summary>
public static class LogExtensions
{
    /// <summary>Somebody did something: name who (uid, pid, node) and what.</summary>
    [MessageTemplateFormatMethod("template")]
    public static void Audit(this ILogger log, string template, params object?[] values) =>
        log.ForContext(LogCategory.Property, LogCategory.Audit).Information(template, values);

    /// <summary>Something was refused or looks like an attempt at what is not allowed.</summary>
    [MessageTemplateFormatMethod("template")]
    public static void Security(this ILogger log, string template, params object?[] values) =>
        log.ForContext(LogCategory.Property, LogCategory.Security).Warning(template, values);
}
