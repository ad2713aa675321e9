Console.WriteLine("pryvd");
