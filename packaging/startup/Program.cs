using StartupProfile;

if (args is not [var profile, var assemblies, .. { Length: > 0 } traces])
{
    Console.Error.WriteLine("usage: StartupProfile PROFILE ASSEMBLIES TRACE...");
    return 2;
}

using var modules = new Modules(assemblies);
var writer = new ProfileWriter(modules);
foreach (var trace in traces)
{
    writer.Add(Recording.Read(trace));
}

writer.Save(profile);
Console.WriteLine($"{profile}: {writer.Count} methods of {traces.Length} processes");
return 0;
