using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pryvd.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Pryvd.Tests.Hosting;

/// <summary>Requirement V4: logs are JSON with a category.</summary>
public sealed class LogTests
{
    [Fact]
    public void A_JSON_line_has_every_field_and_parses()
    {
        var line = Json(log => log.Error(new InvalidOperationException("broken \"thing\"\n"), "Node {Node:l} has {Count} {@Where}", "n\"1", 3, new { Rack = 7 }));

        Assert.Equal("error", line.GetProperty("level").GetString());
        Assert.Equal("debug", line.GetProperty("category").GetString());
        Assert.StartsWith("Node n\"1 has 3", line.GetProperty("message").GetString());
        Assert.Equal("n\"1", line.GetProperty("properties").GetProperty("Node").GetString());
        Assert.Equal(7, line.GetProperty("properties").GetProperty("Where").GetProperty("Rack").GetInt32());
        Assert.Contains("broken \"thing\"", line.GetProperty("exception").GetString());
        Assert.Equal(DateTimeKind.Utc, line.GetProperty("time").GetDateTime().Kind);
    }

    [Fact]
    public void Audit_and_security_entries_say_so()
    {
        Assert.Equal("audit", Json(log => log.Audit("{Uid} set a variable", 1000)).GetProperty("category").GetString());
        Assert.Equal("security", Json(log => log.Security("token {Id} refused", "x")).GetProperty("category").GetString());
        Assert.False(Json(log => log.Audit("nothing else")).TryGetProperty("properties", out _));
    }

    [Fact]
    public void Text_for_a_terminal_is_readable_and_names_the_category()
    {
        var text = Render(new TextLineFormatter(colours: false), log => log.Audit("uid {Uid} joined {Node}", 1000, "n2"));

        Assert.Matches("""^\d\d:\d\d:\d\d\.\d{3} info    \[audit\] uid 1000 joined "n2"\n$""", text);
    }

    [Fact]
    public void A_value_cannot_forge_a_line_or_move_the_cursor()
    {
        var text = Render(new TextLineFormatter(colours: false), log => log.Information("name {Name:l}", "x\n12:00 \u001b[2J"));

        Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain('\u001b', text);
        Assert.Single(Render(new JsonLineFormatter(), log => log.Information("name {Name}", "x\ny")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(LogFormat.Auto, true, typeof(TextLineFormatter))]
    [InlineData(LogFormat.Auto, false, typeof(JsonLineFormatter))]
    [InlineData(LogFormat.Json, true, typeof(JsonLineFormatter))]
    [InlineData(LogFormat.Text, false, typeof(TextLineFormatter))]
    public void The_form_follows_the_terminal_unless_told(LogFormat format, bool isTerminal, Type expected) =>
        Assert.IsType(expected, LogSetup.Formatter(format, isTerminal));

    [Fact]
    public void Microsofts_logging_goes_the_same_way_and_its_noise_is_left_out()
    {
        var text = Render(new JsonLineFormatter(), log =>
        {
            using var factory = LoggerFactory.Create(builder => builder.UseSerilog(log));
            factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").LogInformation("noise");
            factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").LogWarning("port {Port} is slow", 7411);
        });

        Assert.DoesNotContain("noise", text);
        Assert.Contains("\"port 7411 is slow\"", text);
        Assert.Contains("\"category\":\"debug\"", text);
    }

    private static JsonElement Json(Action<Serilog.ILogger> write) =>
        JsonDocument.Parse(Render(new JsonLineFormatter(), write)).RootElement;

    private static string Render(ITextFormatter formatter, Action<Serilog.ILogger> write)
    {
        using var output = new StringWriter();
        using var log = LogSetup.Configure(new(LogEventLevel.Debug)).WriteTo.Sink(new WriterSink(formatter, output)).CreateLogger();
        write(log);
        return output.ToString();
    }

    private sealed class WriterSink(ITextFormatter formatter, TextWriter output) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => formatter.Format(logEvent, output);
    }
}
