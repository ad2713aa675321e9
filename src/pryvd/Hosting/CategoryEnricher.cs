using Serilog.Core;
using Serilog.Events;

namespace Pryvd.Hosting;

/// <summary>Puts an entry that names no category into the one for debugging.</summary>
internal sealed class CategoryEnricher : ILogEventEnricher
{
    private static readonly LogEventProperty Default = new(LogCategory.Property, new ScalarValue(LogCategory.Debug));

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.AddPropertyIfAbsent(Default);
}
