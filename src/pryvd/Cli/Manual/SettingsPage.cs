using Pryvd.Hosting;

namespace Pryvd.Cli.Manual;

/// <summary>pryvd.yaml(5), from the settings that flags and variables are made of, too.</summary>
internal static class SettingsPage
{
    public static string Of(IReadOnlyList<SettingKey> settings)
    {
        var page = new ManText("pryvd.yaml", 5)
            .Heading("NAME").Paragraph("pryvd.yaml - settings of one node")
            .Heading("SYNOPSIS").Paragraph(DaemonOptions.DefaultConfigFile)
            .Heading("DESCRIPTION")
            .Paragraph("No setting is needed. What the cluster is to do is remembered by the cluster; this file only says what belongs to one machine. "
                + "It is YAML, one key: value a line; a key that is not known is refused with its line.")
            .Paragraph("Each setting is a flag of pryvd run and an environment variable, too. A flag wins over a variable, and that over the file.")
            .Heading("SETTINGS");
        foreach (var setting in settings)
        {
            page.Term($"{setting.Key}:", Takes(setting.Shape), $"{setting.Help}. Flag {setting.Flag}, variable {setting.Variable}.");
        }

        return page
            .Heading("CHANGING A SETTING")
            .Paragraph("systemctl reload pryvd reads the file again and takes up log_level; what else has changed is named in the log and waits for systemctl restart pryvd, "
                + "which hands leadership over first and leaves alone what runs. A file with a mistake changes nothing: reload names line and reason, and so does pryvd check-config.")
            .Heading("EXAMPLE")
            .Example(["name: n1", "advertise: n1.example", "tags:", "  disk: ssd", "peers:", "  - n2.example", "token_file: /etc/pryvd/join-token"])
            .Heading("SEE ALSO").Paragraph("pryvd(1)")
            .ToString();
    }

    private static string Takes(SettingShape shape) => shape switch
    {
        SettingShape.List => "LIST",
        SettingShape.Map => "NAME: VALUE ...",
        SettingShape.Path => "PATH",
        _ => "VALUE",
    };
}
