namespace Pryv.Grpc.Tests.Outside;

/// <summary>A test that needs an outside client: skipped with the reason where there is none, unless PRYVD_REQUIRE_ALL=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OutsideClientFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _pythonMissing = new(OutsideClient.Python.MissingReason);
    private static readonly Lazy<string?> _nodeMissing = new(OutsideClient.Node.MissingReason);

    public OutsideClientFactAttribute(OutsideLanguage language)
    {
        var isRequired = Environment.GetEnvironmentVariable("PRYVD_REQUIRE_ALL") == "1";
        Skip = isRequired ? null : (language == OutsideLanguage.Python ? _pythonMissing : _nodeMissing).Value;
    }
}
