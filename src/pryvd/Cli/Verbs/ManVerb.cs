using System.CommandLine;
using Pryvd.Cli.Manual;
using Pryvd.Cli.Parsing;
using Pryvd.Hosting;

namespace Pryvd.Cli.Verbs;

/// <summary>Prints the manual for the packages; people read it with man, so the verb is not among those that help names.</summary>
internal static class ManVerb
{
    private const string Program = "pryvd";
    private const string Settings = "pryvd.yaml";

    public static Verb Create(Kit kit)
    {
        var page = new Argument<string>("PAGE") { Description = $"{Program} or {Settings}" };
        page.Validators.Add(result =>
        {
            if (Flags.NotOneOf("PAGE", result.Tokens[0].Value, [Program, Settings]) is { } problem)
            {
                result.AddError(problem);
            }
        });
        var verb = new Verb("man", "Print a page of the manual for man(1)", "pryvd man pryvd | man -l -") { page };
        verb.Hidden = true;
        return verb.Does(kit, call =>
        {
            call.Terminal.Out.Write(call.Value(page) == Program
                ? ProgramPage.Of(CommandTree.Create(call.Terminal, call.Parts))
                : SettingsPage.Of(SettingKey.All));
            return Task.CompletedTask;
        });
    }
}
