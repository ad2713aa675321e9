using System.Text.Json;
using System.Text.Json.Serialization;

namespace Benchmarks.Report;

/// <summary>The results for programs: one document a line, each with what it is; written as soon as it is known.</summary>
internal sealed class JsonLines : IDisposable
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly StreamWriter _writer;

    public JsonLines(string folder, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        Path = System.IO.Path.Combine(folder, $"bench-{now:yyyyMMdd-HHmmss}.jsonl");
        _writer = new StreamWriter(Path) { AutoFlush = true };
    }

    public string Path { get; }

    public void Write<T>(string what, T content) => _writer.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?> { [what] = content }, Format));

    public void Dispose() => _writer.Dispose();
}
