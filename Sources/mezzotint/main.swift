print("mezzotint")
