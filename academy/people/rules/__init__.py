"""What people's papers must look like, who may sign in how, and what stands against joining and binding."""
